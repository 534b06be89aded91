import { expect, it } from 'vitest'
import { Problem } from '../../lib/problem.ts'
import { failurePage } from './failure.ts'

const page = (status: number, error: unknown, requestId?: string) =>
  failurePage({ status, error, requestId, isSignedIn: true })

it('tells of a bug nothing but the number that the log has it under', () => {
  const { main, title } = page(500, new Error('password "hunter2" refused'), 'ab-12')
  expect(title).toBe('Something broke here')
  expect(main).toContain('value="ab-12"')
  expect(main).not.toContain('hunter2')
})

it('says what can be done about what is missing, and what was refused', () => {
  expect(page(404, new Problem('not_found', 'Not Found')).main).toContain(
    'nothing that you may see',
  )
  const refusal = new Problem('forbidden', 'Must have <b>admin</b> rights to Repository.')
  expect(page(403, refusal).main).toContain('Must have &#60;b&#62;admin')
})
