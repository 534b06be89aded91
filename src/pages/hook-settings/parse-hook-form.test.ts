import { describe, expect, it } from 'vitest'
import { filterBodyOf, hookBodyOf } from './parse-hook-form.ts'

const edited = { isNew: false }
const posted = (form: Record<string, string>, formLists: Record<string, string[]> = {}) => ({
  form,
  formLists,
})

describe('hookBodyOf', () => {
  it('keeps the secret of a hook unless there is a new one, or none is wanted', () => {
    const secretOf = (form: Record<string, string>) =>
      hookBodyOf(posted(form), edited).config.secret
    expect(secretOf({ secret: '' })).toBe('********')
    expect(secretOf({ secret: 'new' })).toBe('new')
    expect(secretOf({ secret: '', no_secret: '1' })).toBe('')
    expect(hookBodyOf(posted({ secret: '' }), { isNew: true }).config.secret).toBe('')
  })

  it('has the events that were chosen, everything, or pushes', () => {
    const lists = { event: ['deployment', 'deployment_status'] }
    const eventsOf = (which: string) => hookBodyOf(posted({ which }, lists), edited).events
    expect(eventsOf('some')).toEqual(lists.event)
    expect(eventsOf('everything')).toEqual(['*'])
    expect(eventsOf('push')).toEqual(['push'])
  })

  it('is off where the box is not ticked', () => {
    expect(hookBodyOf(posted({}), edited).active).toBe(false)
    expect(hookBodyOf(posted({ active: '1' }), edited).active).toBe(true)
  })
})

it('reads patterns one a line', () => {
  const { environments, tasks } = filterBodyOf(posted({ environments: ' prod*\r\n\n qa ' }))
  expect({ environments, tasks }).toEqual({ environments: ['prod*', 'qa'], tasks: [] })
})
