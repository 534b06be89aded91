import { EventEmitter, once } from 'node:events'
import { expect, it } from 'vitest'
import { ApiProblem } from '../../client/model.ts'
import { silentLog } from '../../lib/log.ts'
import type { Entry, Tracked } from '../ledger/model.ts'
import { sendLog } from './sending.ts'

const one = { forge: 'main', repository: 'octo/docs', id: 41, log: 'a1' }
const lost = () => new ApiProblem('hung up', { kind: 'unreachable', status: 0, retryAfterMs: 1 })

/** A log that grows here, a forge that keeps it, and what the ledger is told. */
function openPlace() {
  const place = { text: '', kept: '', phase: 'preparing', answers: 0 }
  const growth = new EventEmitter()
  const entries: Entry[] = []
  const stop = new AbortController()
  const weather = { of: (_answer: number): 'fine' | 'lost' | 'deaf' | 'gone' => 'fine' }

  async function append(_place: unknown, offset: number, bytes: Uint8Array): Promise<number> {
    const now = weather.of(place.answers++)
    if (now === 'gone') throw new ApiProblem('gone', { kind: 'refused', status: 404 })
    if (now === 'deaf') throw lost()
    if (offset > place.kept.length) throw new ApiProblem('gap', { kind: 'refused', status: 409 })
    place.kept += Buffer.from(bytes)
      .toString()
      .slice(place.kept.length - offset)
    growth.emit('kept')
    if (now === 'lost') throw lost()
    return place.kept.length
  }

  const desk = { append, findPage: async () => undefined, [Symbol.asyncDispose]: async () => {} }
  const send = (hurry = new AbortController().signal) =>
    sendLog(
      {
        ledger: {
          find: () => ({ phase: place.phase }) as Tracked,
          unsentLogs: () => [one],
          record: async (entry) => void entries.push(entry),
        },
        logs: {
          size: async () => place.text.length,
          read: async (_name, offset) => Buffer.from(place.text.slice(offset)),
          watch: (_name, listener) => {
            growth.on('grown', listener)
            return () => growth.off('grown', listener)
          },
        },
        log: silentLog,
        signal: stop.signal,
        deskOf: () => desk,
      },
      one,
      hurry,
    )
  const grow = (text: string) => {
    place.text += text
    growth.emit('grown')
  }
  const end = () => {
    place.phase = 'ended'
    growth.emit('grown')
  }
  return { place, weather, entries, stop, send, grow, end, kept: () => once(growth, 'kept') }
}

it('sends what there is, then what is added, and says when that was all', async () => {
  const { place, entries, send, grow, end, kept } = openPlace()
  grow('one\n')
  const sending = send()
  while (place.kept.length < 4) await kept()
  grow('two\n')
  while (place.kept.length < 8) await kept()
  expect(entries).toEqual([])
  end()
  await sending
  expect(place.kept).toBe('one\ntwo\n')
  expect(entries.map(({ kind }) => kind)).toEqual(['log_sent'])
})

it('goes on from what the forge has, after a restart or a lost answer, and repeats nothing', async () => {
  const { place, weather, send, grow, end } = openPlace()
  place.kept = 'one\ntw'
  weather.of = (answer) => (answer % 2 === 0 ? 'lost' : 'fine')
  grow('one\ntwo\nthree\n')
  end()
  await send()
  expect(place.kept).toBe('one\ntwo\nthree\n')
})

it('begins again where the forge was put back to an older state', async () => {
  const { place, send, grow, end, kept } = openPlace()
  grow('one\n')
  const hurry = new AbortController()
  const sending = send(hurry.signal)
  while (place.kept !== 'one\n') await kept()
  place.kept = ''
  grow('two\n')
  end()
  hurry.abort()
  await sending
  expect(place.kept).toBe('one\ntwo\n')
})

it('leaves it at that where the deployment is gone, and for the next start when it is stopped', async () => {
  const gone = openPlace()
  gone.weather.of = () => 'gone'
  gone.grow('one\n')
  await gone.send()
  expect(gone.entries.map(({ kind }) => kind)).toEqual(['log_sent'])

  const stopped = openPlace()
  stopped.weather.of = () => {
    stopped.stop.abort()
    return 'deaf'
  }
  await stopped.send().catch(() => undefined)
  expect(stopped.entries).toEqual([])
})
