import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { reply, startFaultServer } from './fault-server.ts'
import { openSender, postTo } from './support.ts'

/** The first octets of what may not be reached, with one that lies within. */
const forbidden = fc
  .tuple(
    fc.constantFrom(
      ...[[0], [10], [127], [100, 64], [169, 254], [172, 16], [172, 31], [192, 168], [198, 18]],
      ...[[192, 0, 2], [198, 51, 100], [203, 0, 113], [224], [240], [255, 255, 255, 255]],
    ),
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
  )
  .map(([first, rest]) => [...first, ...rest].slice(0, 4))

const wide = (text: string) =>
  text.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))
const circled = (text: string) =>
  text.replace(/[1-9]/g, (digit) => String.fromCodePoint(0x2460 + Number(digit) - 1))
const percent = (text: string) =>
  [...text].map((one) => `%${one.charCodeAt(0).toString(16)}`).join('')
const numberOf = (octets: readonly number[]) => octets.reduce((sum, one) => sum * 256 + one, 0)
const hex = (value: number) => value.toString(16)
const groups = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]) =>
  `${hex(a * 256 + b)}:${hex(c * 256 + d)}`

/** One address, as somebody might write it who hopes that we do not see what it is. */
const spellings: readonly ((octets: readonly number[]) => string)[] = [
  (octets) => octets.join('.'),
  (octets) => `${octets.join('.')}.`,
  (octets) => String(numberOf(octets)),
  (octets) => `0x${hex(numberOf(octets))}`,
  (octets) => `0${numberOf(octets).toString(8)}`,
  (octets) => octets.map((one) => `0${one.toString(8)}`).join('.'),
  (octets) => octets.map((one) => `000${one.toString(8)}`).join('.'),
  (octets) => octets.map((one) => `0x${hex(one)}`).join('.'),
  (octets) => octets.map((one, n) => (n % 2 ? `0x${hex(one)}` : `0${one.toString(8)}`)).join('.'),
  (octets) => `${octets[0]}.${numberOf(octets.slice(1))}`,
  (octets) => `${octets[0]}.${octets[1]}.${numberOf(octets.slice(2))}`,
  (octets) => wide(octets.join('.')),
  (octets) => wide(octets.join('。')),
  (octets) => circled(octets.join('｡')),
  (octets) => percent(octets.join('.')),
  (octets) => `[::ffff:${octets.join('.')}]`,
  (octets) => `[::ffff:${groups(octets)}]`,
  (octets) => `[0:0:0:0:0:FFFF:${groups(octets).toUpperCase()}]`,
  (octets) => `[::${groups(octets)}]`,
  (octets) => `[64:ff9b::${groups(octets)}]`,
  (octets) => `[64:ff9b:1::${groups(octets)}]`,
  (octets) => `[2002:${groups(octets)}::1]`,
  (octets) => `[::5efe:${groups(octets)}]`,
  (octets) => `[fe80::${groups(octets)}%25eth0]`,
  (octets) => `[fe80::${groups(octets)}]`,
  (octets) => `[fd00:ec2::${groups(octets)}]`,
  (octets) => `[2001:0:${groups(octets)}::1]`,
]

/** Counts the sockets that are opened towards anything, for as long as the test runs. */
function countConnections(): () => number {
  let connections = 0
  const count = () => {
    connections += 1
  }
  subscribe('net.client.socket', count)
  onTestFinished(() => void unsubscribe('net.client.socket', count))
  return () => connections
}

it('ten thousand spellings of forbidden addresses lead to no connection', async () => {
  const connections = countConnections()
  using sender = openSender(undefined, '')
  const spelling = fc.tuple(forbidden, fc.constantFrom(...spellings))
  await fc.assert(
    fc.asyncProperty(spelling, async ([octets, spell]) => {
      for (const scheme of ['http', 'https']) {
        const { outcome } = await sender.send(postTo(`${scheme}://${spell(octets)}/`), 2000)
        expect(outcome).toEqual({ kind: 'forbidden_address' })
      }
    }),
    { numRuns: 10_000 },
  )
  expect(connections()).toBe(0)
})

/** What a name server may say of a forbidden address. */
const forms: readonly ((octets: readonly number[]) => string)[] = [
  (octets) => octets.join('.'),
  (octets) => `::ffff:${groups(octets)}`,
  (octets) => `64:ff9b::${groups(octets)}`,
  (octets) => `2002:${groups(octets)}::1`,
  (octets) => `::5efe:${groups(octets)}`,
  (octets) => `fd00::${groups(octets)}`,
]
const bad = fc.tuple(forbidden, fc.constantFrom(...forms)).map(([octets, form]) => form(octets))
const publicAddress = fc.constantFrom('8.8.8.8', '140.82.112.3', '2606:50c0:8000::153')
const names = fc.constantFrom(
  ...['hooks.example', 'hooks.example.', 'HOOKS.Example', 'höökş.example', 'xn--hk-fkaa.example'],
  ...[
    'пример.испытание',
    '例え。テスト',
    'ｈｏｏｋｓ.example',
    'a--b.example',
    '127.0.0.1.example',
  ],
)

it('ten thousand answers of name servers with a forbidden address among them lead to no connection', async () => {
  const connections = countConnections()
  const answer = fc
    .tuple(bad, fc.array(fc.oneof(publicAddress, bad), { maxLength: 4 }), fc.nat())
    .map(([one, others, at]) => others.toSpliced(at % (others.length + 1), 0, one))
  await fc.assert(
    fc.asyncProperty(names, answer, async (name, addresses) => {
      using sender = openSender(async () => ({ kind: 'resolved', addresses }), '')
      const { outcome } = await sender.send(postTo(`http://${name}/`), 2000)
      expect(outcome).toEqual({ kind: 'forbidden_address' })
    }),
    { numRuns: 10_000 },
  )
  expect(connections()).toBe(0)
})

const receivers = 500

it('answers that change and redirects lead to no connection but the one that was vetted', async () => {
  let location = ''
  await using server = await startFaultServer({
    answer: (socket) => {
      const headers = [`Location: ${location}`, 'Connection: close']
      socket.end(reply('307 Temporary Redirect', '', headers))
    },
  })
  const connections = countConnections()
  const spelling = fc.tuple(forbidden, fc.constantFrom(...spellings), bad)
  await fc.assert(
    fc.asyncProperty(spelling, async ([octets, spell, later]) => {
      location = `http://${spell(octets)}/`
      const answers = ['127.0.0.1', later]
      using sender = openSender(
        async () => ({ kind: 'resolved', addresses: [answers.shift() ?? later] }),
        '127.0.0.1/32',
      )
      const request = postTo(`http://hooks.example:${server.port}/`)
      const kinds = [await sender.send(request), await sender.send(request)]
      const isLocal = later === '127.0.0.1'
      expect(kinds.map(({ outcome }) => outcome.kind)).toEqual([
        'answered',
        isLocal ? 'answered' : 'forbidden_address',
      ])
    }),
    { numRuns: receivers },
  )
  expect(connections()).toBe(server.connections())
})
