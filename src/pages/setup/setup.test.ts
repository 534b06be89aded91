import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { App } from '../../app.ts'
import { newSetupToken, refuseStranger, spendLink } from './setup.ts'

const minuteMs = 60_000

function place() {
  let passedMs = 0
  const signals: App['signals'] = new EventEmitter()
  const app = { signals, now: () => new Date(Date.UTC(2026, 0, 1) + passedMs) }
  const pass = (ms: number) => {
    passedMs += ms
  }
  return { app, pass }
}

const nothing = async () => 'done'

describe('a setup link', () => {
  it('is good for half an hour, and says so afterwards', () => {
    const { app, pass } = place()
    const token = newSetupToken(app).reveal()
    pass(30 * minuteMs - 1)
    expect(() => refuseStranger(app, token)).not.toThrow()
    pass(1)
    expect(() => refuseStranger(app, token)).toThrow('Start the server again')
  })

  it('is worth nothing where another was made, or none', () => {
    const { app } = place()
    expect(() => refuseStranger(app, '')).toThrow('not the token')
    const first = newSetupToken(app).reveal()
    const second = newSetupToken(app).reveal()
    expect(() => refuseStranger(app, first)).toThrow('not the token')
    expect(() => refuseStranger(app, second)).not.toThrow()
    expect(() => refuseStranger(place().app, second)).toThrow('not the token')
  })

  it('works once, also for two at the same time', async () => {
    const { app } = place()
    const token = newSetupToken(app).reveal()
    const both = await Promise.allSettled([
      spendLink(app, token, nothing),
      spendLink(app, token, nothing),
    ])
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    await expect(spendLink(app, token, nothing)).rejects.toThrow('not the token')
  })

  it('is as good as before where what it is for has failed', async () => {
    const { app } = place()
    const token = newSetupToken(app).reveal()
    const taken = async () => {
      throw new Error('The name is taken')
    }
    await expect(spendLink(app, token, taken)).rejects.toThrow('taken')
    expect(await spendLink(app, token, nothing)).toBe('done')
  })
})
