import { verify } from '@octokit/webhooks-methods'
import { describe, expect, it } from 'vitest'
import { secretContextOf } from '../../src/delivery/deliveries/model.ts'
import { Backlog } from '../../src/delivery/dispatch/backlog.ts'
import { type FaultOptions, reply, startFaultServer } from '../sender/fault-server.ts'
import { engines } from '../support/engines.ts'
import { eventually, openWorld, type World } from './world.ts'

const ok: FaultOptions['answer'] = (socket) => socket.write(reply('200 OK', 'thanks', ['X-A: 1']))
const fail: FaultOptions['answer'] = (socket) => socket.write(reply('500 Oops', 'no'))
const isTimedOut = ({ status }: { status: string }) => status === 'timed out'
const allIn = (world: World, state: string) =>
  eventually(
    world.deliveries,
    (rows) => rows.length > 0 && rows.every((row) => row.state === state),
  )

describe.each(engines)('the dispatcher on %s', (engine) => {
  it('delivers an event to each hook that listens, signed, and records it', async () => {
    const world = await openWorld(engine)
    await using server = await startFaultServer({ answer: ok })
    const secret = world.app.seal.seal(
      's3cret',
      secretContextOf({ type: 'repository', id: world.repositoryId }),
    )
    await world.addHook({ url: server.url, secret })
    await world.addHook({ url: server.url, content_type: 'form', secret })
    await using _ = world.startDispatcher()
    const event = await world.happen('deployment', { action: 'created', n: 1 }, 'deployment:42')
    await allIn(world, 'delivered')
    expect(server.received.length).toBe(2)
    for (const { head, body } of server.received) {
      const header = (name: string) => head.match(new RegExp(`${name}: (.*)`, 'i'))?.[1] ?? ''
      expect(await verify('s3cret', body, header('X-Hub-Signature-256'))).toBe(true)
      expect(header('X-GitHub-Delivery')).toBe(event.guid)
      expect(header('X-Slipway-Sequence')).toBe('42.1')
    }
    const attempts = await world.attempts()
    expect(attempts.length).toBe(2)
    expect(attempts[0]).toMatchObject({
      n: 1,
      trigger: 'auto',
      status_code: 200,
      status: 'OK',
      error_class: null,
      url: server.url,
      truncated: 0,
      remote_address: '127.0.0.1',
    })
    expect(Buffer.from(attempts[0]?.response_body ?? []).toString()).toBe('thanks')
    expect(JSON.parse(attempts[0]?.response_headers ?? '')).toContainEqual(['X-A', '1'])
    expect(JSON.parse(attempts[0]?.request_headers ?? '')).toContainEqual([
      'X-GitHub-Event',
      'deployment',
    ])
    expect(JSON.stringify(attempts)).not.toContain('s3cret')
  })

  it('P1: tries again by the schedule, across a restart, with the same bytes and the same GUID', async () => {
    const world = await openWorld(engine)
    let answer = fail
    await using server = await startFaultServer({ answer: (...given) => answer(...given) })
    const hookId = await world.addHook({ url: server.url })
    const first = world.startDispatcher()
    const event = await world.happen('push', { ref: 'x' })
    await eventually(world.attempts, (rows) => rows.length === 1)
    await first[Symbol.asyncDispose]()
    const [failed] = await world.deliveries()
    expect(failed).toMatchObject({ state: 'pending', attempts: 1 })
    expect(Date.parse(failed?.next_at ?? '')).toBeGreaterThan(Date.now() + 4000)
    expect(await world.hook(hookId)).toMatchObject({ last_code: 500, last_status: 'misconfigured' })
    answer = ok
    await using _ = world.startDispatcher()
    world.advance(8000)
    await allIn(world, 'delivered')
    expect(server.received.map(({ body }) => body)).toEqual(['{"ref":"x"}', '{"ref":"x"}'])
    expect(server.received.every(({ head }) => head.includes(event.guid))).toBe(true)
    expect((await world.attempts()).map(({ n, status_code }) => [n, status_code])).toEqual([
      [1, 500],
      [2, 200],
    ])
    expect(await world.hook(hookId)).toMatchObject({ last_code: 200, last_status: 'active' })
  })

  it('ends a delivery after twelve attempts, all of them on record', async () => {
    const world = await openWorld(engine)
    await using server = await startFaultServer({ answer: fail })
    await world.addHook({ url: server.url })
    await using _ = world.startDispatcher()
    await world.happen('push', {})
    for (let n = 1; n <= 12; n += 1) {
      await eventually(world.attempts, (rows) => rows.length === n)
      const [row] = await world.deliveries()
      world.advance(Date.parse(row?.next_at ?? '') - world.app.now().getTime() + 1)
    }
    await allIn(world, 'exhausted')
    expect((await world.attempts()).map(({ n }) => n)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ])
  })

  it('P3: holds what is pending when the receiver says 410, and disables the hook', async () => {
    const world = await openWorld(engine)
    await using server = await startFaultServer({
      answer: (socket) => socket.write(reply('410 Gone')),
    })
    const hookId = await world.addHook({ url: server.url })
    await world.happen('push', {}, 'k')
    await world.happen('push', {}, 'k')
    await using _ = world.startDispatcher()
    const rows = await eventually(world.deliveries, ([, second]) => second?.state === 'held')
    expect(rows.map(({ state }) => state)).toEqual(['exhausted', 'held'])
    expect(await world.hook(hookId)).toMatchObject({
      active: 0,
      disabled_reason: 'The receiver answered 410 Gone',
    })
    expect(server.received.length).toBe(1)
  })

  it('P7: cancels what is pending for a hook that is deleted, and keeps its log', async () => {
    const world = await openWorld(engine)
    await using server = await startFaultServer({ answer: fail })
    const hookId = await world.addHook({ url: server.url })
    await using _ = world.startDispatcher()
    await world.happen('push', {})
    await eventually(world.attempts, (rows) => rows.length === 1)
    await world.removeHook(hookId)
    world.advance(8000)
    await allIn(world, 'cancelled')
    expect((await world.attempts()).length).toBe(1)
  })

  it('O5: sends to the URL that the hook has at the attempt', async () => {
    const world = await openWorld(engine)
    await using old = await startFaultServer({ answer: fail })
    await using fresh = await startFaultServer({ answer: ok })
    const hookId = await world.addHook({ url: old.url })
    await using _ = world.startDispatcher()
    await world.happen('push', {})
    await eventually(world.attempts, (rows) => rows.length === 1)
    await world.update(hookId, { active: 1, url: fresh.url })
    world.advance(8000)
    await allIn(world, 'delivered')
    expect([old.received.length, fresh.received.length]).toEqual([1, 1])
  })

  it('H19: does not send an event of more than 25 MB, and says so', async () => {
    const world = await openWorld(engine)
    await using server = await startFaultServer({ answer: ok })
    await world.addHook({ url: server.url })
    await using _ = world.startDispatcher()
    await world.happen('push', { text: 'a'.repeat(26 * 1024 * 1024) })
    await allIn(world, 'too_large')
    expect(server.received).toEqual([])
  })
})

describe('the order of one key', () => {
  it('O2: is kept for each hook, while a key that fails holds up no other', async () => {
    const world = await openWorld()
    await using server = await startFaultServer({
      answer: (...given) => (given[1].body.includes('"key":"bad"') ? fail : ok)(...given),
    })
    await world.addHook({ url: server.url })
    await using _ = world.startDispatcher()
    for (let n = 1; n <= 30; n += 1) {
      const key = ['a', 'b', 'bad'][n % 3] ?? ''
      await world.happen('deployment_status', { key, n }, `deployment:${key}`)
    }
    await eventually(
      world.deliveries,
      (rows) => rows.filter((row) => row.state === 'delivered').length === 20,
    )
    const sent = server.received.map(({ body }) => JSON.parse(body) as { key: string; n: number })
    for (const key of ['a', 'b']) {
      const order = sent.filter((one) => one.key === key).map(({ n }) => n)
      expect(order).toEqual(order.toSorted((x, y) => x - y))
      expect(order.length).toBe(10)
    }
    expect(sent.filter(({ key }) => key === 'bad').map(({ n }) => n)).toEqual([2])
  })

  it('O3: gives way after a minute, and the late one says that it is late', async () => {
    const world = await openWorld()
    let isUp = false
    await using server = await startFaultServer({
      answer: (...given) => (isUp || given[1].body.includes('"n":2') ? ok : fail)(...given),
    })
    await world.addHook({ url: server.url })
    await using _ = world.startDispatcher()
    await world.happen('deployment_status', { n: 1 }, 'deployment:1')
    await world.happen('deployment_status', { n: 2 }, 'deployment:1')
    for (const [tries, waitMs] of [8_000, 31_000, 121_000].entries()) {
      await eventually(
        world.attempts,
        (rows) => rows.filter((row) => row.delivery_id === 1).length > tries,
      )
      // Held back until the head's minute is over, which the last wait brings about.
      expect((await world.deliveries())[1]?.state).toBe('pending')
      world.advance(waitMs)
    }
    const [first, second] = await eventually(
      world.deliveries,
      (rows) => rows[1]?.state === 'delivered',
    )
    expect([first?.late, second?.late]).toEqual([1, 0])
    isUp = true
    world.advance(700_000)
    await allIn(world, 'delivered')
    expect(server.received.at(-1)?.head).toContain('X-Slipway-Late: true')
    expect(server.received.at(-1)?.head).toContain('X-Slipway-Sequence: 1.1')
  })
})

describe('a process that stops', () => {
  it('D6: waits for the answer that is on its way', async () => {
    const world = await openWorld()
    const answers: (() => void)[] = []
    await using server = await startFaultServer({
      answer: (socket) => answers.push(() => socket.write(reply('200 OK'))),
    })
    await world.addHook({ url: server.url })
    const dispatcher = world.startDispatcher()
    await world.happen('push', {})
    await eventually(
      async () => answers.length,
      (count) => count === 1,
    )
    const stopped = dispatcher[Symbol.asyncDispose]()
    await world.happen('push', {})
    answers[0]?.()
    await stopped
    expect((await world.deliveries()).map(({ state }) => state)).toEqual(['delivered', 'pending'])
    expect(server.received.length).toBe(1)
  })
})

describe('many hooks that hang', () => {
  it('do not keep a healthy one waiting', async () => {
    const world = await openWorld()
    await using hanging = await startFaultServer({ answer: () => undefined })
    await using healthy = await startFaultServer({ answer: ok })
    for (let n = 0; n < 40; n += 1) await world.addHook({ url: hanging.url })
    const healthyId = await world.addHook({ url: healthy.url })
    const dispatcher = world.startDispatcher()
    // One of those that hang may do so for a second, and not for the usual ten.
    const impatientId = await world.addHook({ url: hanging.url })
    await world.giveTimeout(impatientId, 1)
    const startedAt = performance.now()
    for (let n = 0; n < 50; n += 1) await world.happen('push', { n })
    await eventually(world.deliveries, (rows) => {
      const ours = rows.filter((row) => row.hook_id === healthyId)
      return ours.length === 50 && ours.every((row) => row.state === 'delivered')
    })
    expect(performance.now() - startedAt).toBeLessThan(5000)
    const attempts = await eventually(world.attempts, (rows) => rows.some(isTimedOut))
    expect(attempts.find(isTimedOut)?.hook_id).toBe(impatientId)
    for (const socket of hanging.open) socket.destroy()
    await hanging[Symbol.asyncDispose]()
    await dispatcher[Symbol.asyncDispose]()
  })
})

describe('the backlog of a hook', () => {
  /** Sends what can be sent now; gives the deliveries. */
  function sent(backlog: Backlog): number[] {
    const ids: number[] = []
    for (let taken = backlog.next(Date.now()); taken; taken = backlog.next(Date.now())) {
      ids.push(taken.turn.delivery.id)
      backlog.release(taken, { kind: 'settled' }, Date.now())
    }
    return ids
  }

  it('stays in the store but for its beginning, while nothing of it is sent', async () => {
    const world = await openWorld()
    const hookId = await world.addHook({ url: 'http://127.0.0.1:9/' })
    const backlog = new Backlog(world.store, () => 64)
    await backlog.readHook(hookId, 0)
    await Promise.all(Array.from({ length: 600 }, (_, n) => world.happen('push', { n })))
    await backlog.readNew()
    const pages = []
    for (let ids = sent(backlog); ids.length > 0; ids = sent(backlog)) {
      pages.push(ids)
      await backlog.readMore()
    }
    expect(pages.map(({ length }) => length)).toEqual([256, 256, 88])
    expect(pages.flat()).toEqual(Array.from({ length: 600 }, (_, n) => n + 1))
  })
})
