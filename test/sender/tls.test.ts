import { getCACertificates, setDefaultCACertificates, type TlsOptions } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { HookRequest } from '../../src/delivery/sender/model.ts'
import type { Resolve } from '../../src/delivery/sender/resolver.ts'
import { Secret } from '../../src/lib/secret.ts'
import { type Authority, createAuthority } from './certificates.ts'
import { reply, startFaultServer } from './fault-server.ts'
import { openSender, postTo } from './support.ts'

const hooksOnLoopback: Resolve = async () => ({ kind: 'resolved', addresses: ['127.0.0.1'] })
const trusted = getCACertificates()
let authority: Authority

beforeAll(() => {
  authority = createAuthority()
  setDefaultCACertificates([...trusted, authority.certificate])
})
afterAll(() => {
  setDefaultCACertificates(trusted)
  authority.remove()
})

async function outcomesOf(tls: TlsOptions, changes: Partial<HookRequest> = {}, times = 1) {
  const serverNames: unknown[] = []
  await using server = await startFaultServer({
    tls,
    answer: (socket) => {
      serverNames.push('servername' in socket && socket.servername)
      socket.write(reply('200 OK'))
    },
  })
  using sender = openSender(hooksOnLoopback)
  const request = postTo(`https://hooks.example.org:${server.port}/`, changes)
  const attempts = []
  for (let n = 0; n < times; n += 1) attempts.push(await sender.send(request, 5000))
  return { attempts, serverNames, outcome: attempts[0]?.outcome, connections: server.connections() }
}

it('delivers to a receiver with a good certificate, by its own name, on one connection', async () => {
  const good = authority.issue({ san: 'DNS:hooks.example.org' })
  const { attempts, serverNames, connections } = await outcomesOf(good, {}, 3)
  expect(attempts.map(({ outcome }) => outcome.kind)).toEqual(Array(3).fill('answered'))
  expect(serverNames).toEqual(Array(3).fill('hooks.example.org'))
  expect(connections).toBe(1)
})

it.each([
  [
    'expired',
    'CERT_HAS_EXPIRED',
    () => authority.issue({ san: 'DNS:hooks.example.org', isExpired: true }),
  ],
  [
    'for another host',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    () => authority.issue({ san: 'DNS:other.example.org' }),
  ],
  ['its own issuer', 'DEPTH_ZERO_SELF_SIGNED_CERT', () => authority.selfSigned()],
])(
  'H9: refuses a certificate that is %s, unless the hook says insecure_ssl',
  async (_what, code, issue) => {
    const certificate = issue()
    expect((await outcomesOf(certificate)).outcome).toEqual({ kind: 'tls_failed', code })
    const insecure = await outcomesOf(certificate, { isTlsVerified: false })
    expect(insecure.outcome?.kind).toBe('answered')
  },
)

it('does not lend an unverified connection to a hook that verifies', async () => {
  const certificate = authority.selfSigned()
  await using server = await startFaultServer({
    tls: certificate,
    answer: (socket) => socket.write(reply('200 OK')),
  })
  using sender = openSender()
  const insecure = await sender.send(postTo(server.url, { isTlsVerified: false }))
  const secure = await sender.send(postTo(server.url))
  expect([insecure.outcome.kind, secure.outcome.kind]).toEqual(['answered', 'tls_failed'])
})

it('H9: refuses a receiver that speaks nothing newer than TLS 1.1', async () => {
  const good = authority.issue({ san: 'DNS:hooks.example.org' })
  const old = {
    ...good,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'ALL:@SECLEVEL=0',
  } as const
  expect((await outcomesOf(old)).outcome?.kind).toBe('tls_failed')
})

it('fails in TLS when the receiver speaks plain HTTP', async () => {
  await using server = await startFaultServer({
    greet: (socket) => socket.end(reply('400 Bad Request')),
    answer: () => undefined,
  })
  using sender = openSender()
  const attempt = await sender.send(postTo(`https://127.0.0.1:${server.port}/`), 5000)
  expect(attempt.outcome.kind).toBe('tls_failed')
})

it('gives up a handshake that never ends', async () => {
  await using server = await startFaultServer({ answer: () => undefined })
  using sender = openSender()
  const attempt = await sender.send(postTo(`https://127.0.0.1:${server.port}/`), 300)
  expect(attempt.outcome.kind).toBe('timed_out')
})

it('replaces a kept TLS connection that the receiver has just closed', async () => {
  const good = authority.issue({ san: 'DNS:hooks.example.org' })
  await using server = await startFaultServer({
    tls: good,
    answer: (socket, { nth }) => (nth === 1 ? socket.write(reply('200 OK')) : socket.end()),
  })
  using sender = openSender(hooksOnLoopback)
  const request = postTo(`https://hooks.example.org:${server.port}/`)
  await sender.send(request)
  expect((await sender.send(request)).outcome.kind).toBe('answered')
  expect(server.connections()).toBe(2)
})

it('shows its certificate to a receiver that asks who calls, and to no other hook of it', async () => {
  const good = authority.issue({ san: 'DNS:hooks.example.org' })
  const ours = authority.issue({ san: 'DNS:caller.example.org' })
  const clientCertificate = { certificate: ours.cert, key: new Secret(ours.key) }
  const seen: unknown[] = []
  await using server = await startFaultServer({
    tls: { ...good, requestCert: true, rejectUnauthorized: true, ca: authority.certificate },
    answer: (socket) => {
      seen.push(
        'getPeerCertificate' in socket && Object(socket).getPeerCertificate().subjectaltname,
      )
      socket.write(reply('200 OK'))
    },
  })
  using sender = openSender(hooksOnLoopback)
  const request = postTo(`https://hooks.example.org:${server.port}/`, { clientCertificate })
  for (const _ of [1, 2]) expect((await sender.send(request)).outcome.kind).toBe('answered')
  expect(seen).toEqual(Array(2).fill('DNS:caller.example.org'))
  expect(server.connections()).toBe(1)
  const nameless = await sender.send({ ...request, clientCertificate: null })
  expect(nameless.outcome.kind).not.toBe('answered')
})

it('H9: refuses a receiver that leaves out the certificate between its own and the authority', async () => {
  const { alone, chain } = authority.issueBelow('DNS:hooks.example.org')
  expect((await outcomesOf(chain)).outcome?.kind).toBe('answered')
  const code = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'
  expect((await outcomesOf(alone)).outcome).toEqual({ kind: 'tls_failed', code })
  const insecure = await outcomesOf(alone, { isTlsVerified: false })
  expect(insecure.outcome?.kind).toBe('answered')
})
