import { expect, it } from 'vitest'
import { decidePiece, sentBytesMax } from './decide-piece.ts'

const running = { isEnded: false }
const ended = { isEnded: true }

it('sends what the forge lacks, in pieces', () => {
  expect(decidePiece({ ...running, sent: 10, size: 30 })).toEqual({
    kind: 'send',
    from: 10,
    to: 30,
  })
  const long = decidePiece({ ...ended, sent: 10, size: 1e6 })
  expect(long).toEqual({ kind: 'send', from: 10, to: 10 + 65_536 })
})

it('waits for more while the deployment runs, and is done when it has ended', () => {
  expect(decidePiece({ ...running, sent: 30, size: 30 })).toEqual({ kind: 'wait' })
  expect(decidePiece({ ...ended, sent: 30, size: 30 })).toEqual({ kind: 'done' })
})

it('sends nothing of a log that is here no more, or that the forge has more of', () => {
  expect(decidePiece({ ...ended, sent: 0, size: 0 })).toEqual({ kind: 'done' })
  expect(decidePiece({ ...ended, sent: 40, size: 30 })).toEqual({ kind: 'done' })
})

it('stops at what the forge keeps, and says once how much is missing, at the end', () => {
  const size = sentBytesMax + 7
  const last = decidePiece({ ...running, sent: sentBytesMax - 3, size })
  expect(last).toEqual({ kind: 'send', from: sentBytesMax - 3, to: sentBytesMax })
  expect(decidePiece({ ...running, sent: sentBytesMax, size })).toEqual({ kind: 'wait' })
  const told = decidePiece({ ...ended, sent: sentBytesMax, size })
  expect(told).toEqual({ kind: 'tell', line: expect.stringContaining('7 more bytes') })
  expect(decidePiece({ ...ended, sent: sentBytesMax + 60, size })).toEqual({ kind: 'done' })
})
