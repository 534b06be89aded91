import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openResolver, type Resolve } from '../../src/delivery/sender/resolver.ts'
import { startDeafListener } from './deaf-listener.ts'
import { type FaultServer, reply, startFaultServer } from './fault-server.ts'
import { type NameServer, startNameServer, type Zone } from './name-server.ts'
import { openSender, postTo } from './support.ts'

const loopbackIpv6 = '0:0:0:0:0:0:0:1'
let server: FaultServer

beforeEach(async () => {
  server = await startFaultServer({ answer: (socket) => socket.write(reply('200 OK')) })
})
afterEach(() => server[Symbol.asyncDispose]())

/** Sends to the receiver under a name or an address, with what the sender may connect to. */
async function outcomeOf(host: string, allow: string, resolve: Resolve = openResolver()) {
  using sender = openSender(resolve, allow)
  const { outcome } = await sender.send(postTo(`http://${host}:${server.port}/`), 8000)
  return outcome
}

describe('without an exception', () => {
  it.each([
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '0.0.0.0',
    '[::1]',
    '[::ffff:7f00:1]',
    '[::7f00:1]',
    'localhost',
    'localhost.',
    '169.254.169.254',
    'metadata.google.internal',
  ])('nothing connects to %s', async (host) => {
    expect(await outcomeOf(host, '')).toEqual({ kind: 'forbidden_address' })
    expect(server.connections()).toBe(0)
  })
})

describe('a name', () => {
  const resolvingTo = (...addresses: string[]): Resolve => {
    return async () => ({ kind: 'resolved', addresses })
  }

  it('leads to the address that was vetted, under its own name', async () => {
    const resolve = resolvingTo('127.0.0.1')
    expect((await outcomeOf('hooks.example.org', '127.0.0.1', resolve)).kind).toBe('answered')
    expect(server.received[0]?.head).toContain(`host: hooks.example.org:${server.port}`)
  })

  it('is refused when it is private', async () => {
    const resolve = resolvingTo('127.0.0.1')
    expect(await outcomeOf('hooks.example.org', '10.0.0.0/8', resolve)).toEqual({
      kind: 'forbidden_address',
    })
    expect(server.connections()).toBe(0)
  })

  it('is refused when only one of its addresses is', async () => {
    const resolve = resolvingTo('127.0.0.1', '10.0.0.1')
    expect((await outcomeOf('hooks.example.org', '127.0.0.0/8', resolve)).kind).toBe(
      'forbidden_address',
    )
    expect(server.connections()).toBe(0)
  })

  it('is resolved once for each connection, so that a second answer cannot slip in', async () => {
    let asked = 0
    const rebinding: Resolve = async () => {
      asked += 1
      return { kind: 'resolved', addresses: [asked === 1 ? '127.0.0.1' : '169.254.169.254'] }
    }
    using sender = openSender(rebinding, '127.0.0.0/8')
    const request = postTo(`http://hooks.example.org:${server.port}/`)
    const attempts = [await sender.send(request), await sender.send(request)]
    expect(attempts.map(({ outcome }) => outcome.kind)).toEqual(['answered', 'answered'])
    expect(asked).toBe(1)
    for (const socket of server.open) socket.destroy()
    const after = await sender.send(request)
    expect(after.outcome.kind).toBe('forbidden_address')
    expect(asked).toBe(2)
  })

  it('H18: works through its second address when the first is dead', async () => {
    const resolve = resolvingTo('::1', '127.0.0.1')
    expect((await outcomeOf('hooks.example.org', '127.0.0.1,::1', resolve)).kind).toBe('answered')
  })
})

describe('localhost', () => {
  it('H18: is whatever address of it is allowed', async () => {
    expect((await outcomeOf('localhost', '127.0.0.0/8')).kind).toBe('answered')
    await using onIpv6 = await startFaultServer({
      host: '::1',
      answer: (socket) => socket.write(reply('204 No Content')),
    })
    using sender = openSender(openResolver(), '::1')
    const { outcome } = await sender.send(postTo(`http://localhost:${onIpv6.port}/`))
    expect(outcome.kind).toBe('answered')
  })
})

describe('H1: a port where nobody listens', () => {
  it('refuses the connection', async () => {
    await server[Symbol.asyncDispose]()
    expect(await outcomeOf('127.0.0.1', '127.0.0.0/8')).toEqual({
      kind: 'connect_refused',
      code: 'ECONNREFUSED',
    })
  })
})

describe('H1: a machine that swallows packets', () => {
  it('is given up at the deadline', async () => {
    using deaf = await startDeafListener()
    using sender = openSender()
    const attempt = await sender.send(postTo(`http://127.0.0.1:${deaf.port}/`), 500)
    expect(attempt.outcome).toEqual({ kind: 'timed_out' })
    expect(attempt.durationMs).toBeLessThan(2000)
  })
})

describe('the name server', () => {
  let names: NameServer
  const zone: Zone = {
    'both.example': ['127.0.0.1', loopbackIpv6],
    'inside.example': ['10.0.0.1'],
    'broken.example': 'SERVFAIL',
    'silent.example': 'silence',
  }
  beforeEach(async () => {
    names = await startNameServer(zone)
  })
  afterEach(() => names[Symbol.asyncDispose]())
  const ask = (host: string) => outcomeOf(host, '127.0.0.1,::1', openResolver([names.address]))

  it('is asked for both families', async () => {
    expect((await ask('both.example')).kind).toBe('answered')
    expect(names.asked).toEqual(['both.example', 'both.example'])
  })

  it('is asked again for each connection when its answers are good for no time', async () => {
    const resolve = openResolver([names.address])
    for (const _ of [1, 2]) await outcomeOf('both.example', '127.0.0.1,::1', resolve)
    expect(names.asked.length).toBe(4)
  })

  it('is asked once for what stays good for a while', async () => {
    await using lasting = await startNameServer(zone, 60)
    const resolve = openResolver([lasting.address])
    const ask = () => outcomeOf('both.example', '127.0.0.1,::1', resolve)
    const outcomes = [...(await Promise.all([ask(), ask()])), await ask()]
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(3).fill('answered'))
    expect(lasting.asked).toEqual(['both.example', 'both.example'])
  })

  it('may lead to a private address, which is refused', async () => {
    expect(await ask('inside.example')).toEqual({ kind: 'forbidden_address' })
  })

  it.each([
    ['missing.example', 'not_found'],
    ['broken.example', 'server_failure'],
    ['silent.example', 'timed_out'],
  ])('H10: says of %s: %s', async (host, reason) => {
    expect(await ask(host)).toEqual({ kind: 'dns_failed', reason })
  })

  it('is given up at the deadline of the attempt', async () => {
    using sender = openSender(openResolver([names.address]))
    const attempt = await sender.send(postTo(`http://silent.example:${server.port}/`), 200)
    expect(attempt.outcome).toEqual({ kind: 'timed_out' })
  })
})
