import { expect, it } from 'vitest'
import { cloudEventHeadersOf } from './cloud-event.ts'

it('escapes what a header may not hold', () => {
  const context = { id: '7', source: 'https://s/o/r', type: 't', timestamp: '2026-01-31T12:00:00Z' }
  const event = { context, subject: { id: 'a "b" 100%\r\nX: y é 🚀' } }
  expect(Object.fromEntries(cloudEventHeadersOf(Buffer.from(JSON.stringify(event))))).toEqual({
    ...{ 'ce-specversion': '1.0', 'ce-id': '7', 'ce-type': 't', 'ce-source': 'https://s/o/r' },
    'ce-time': '2026-01-31T12:00:00Z',
    'ce-subject': 'a%20%22b%22%20100%25%0D%0AX:%20y%20%C3%A9%20%F0%9F%9A%80',
  })
})
