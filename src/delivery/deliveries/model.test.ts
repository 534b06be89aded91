import { describe, expect, it } from 'vitest'
import { payloadFor } from './model.ts'

const payload = Buffer.from('{"zen":"}"}')
const event = { payload, owner_id: null, installation_id: null }
const textFor = (changes: Partial<typeof event> | { installation_id: number; owner_id?: number }) =>
  Buffer.from(payloadFor({ ...event, ...changes })).toString()

describe('what a receiver is sent', () => {
  it('is the bytes of the event', () => {
    expect(payloadFor(event)).toBe(payload)
  })

  it('ends with the installation for an App, the same each time', () => {
    const node_id = 'MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9uNw=='
    const told = `{"zen":"}","installation":{"id":7,"node_id":"${node_id}"}}`
    expect([textFor({ installation_id: 7 }), textFor({ installation_id: 7 })]).toEqual([told, told])
  })

  it('is left alone where the event is about an owner', () => {
    expect(textFor({ installation_id: 7, owner_id: 1 })).toBe('{"zen":"}"}')
  })
})
