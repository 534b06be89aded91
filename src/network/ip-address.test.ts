import { BlockList } from 'node:net'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isInNetwork, parseIpAddress, parseNetwork } from './ip-address.ts'

it('reads an IPv6 address the same in every spelling', () => {
  const spellings = ['::ffff:1.2.3.4', '::ffff:102:304', '0:0:0:0:0:FFFF:0102:0304']
  const bits = spellings.map((text) => parseIpAddress(text)?.bits)
  expect(bits).toEqual([0xffff_0102_0304n, 0xffff_0102_0304n, 0xffff_0102_0304n])
})

it('reads the ends of both families', () => {
  expect(parseIpAddress('255.255.255.255')).toEqual({ family: 4, bits: 0xffff_ffffn })
  expect(parseIpAddress('::')).toEqual({ family: 6, bits: 0n })
  expect(parseIpAddress('1::')).toEqual({ family: 6, bits: 1n << 112n })
})

it.each([
  '',
  'localhost',
  '127.1',
  '0x7f.0.0.1',
  '1.2.3.4.5',
  'fe80::1%eth0',
  '[::1]',
  '1.2.3.4/8',
])('does not take %j for an address', (text) => expect(parseIpAddress(text)).toBeNull())

it.each(['10.0.0.1/8', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '::/129', 'example.org/8', ''])(
  'does not take %j for a network',
  (text) => expect(parseNetwork(text)).toBeNull(),
)

it('takes one address for a network of one', () => {
  expect(parseNetwork('10.0.0.1')).toEqual({ family: 4, bits: 0x0a00_0001n, prefix: 32 })
})

it('agrees with node:net about which IPv4 address is in which network', () => {
  const prefix = fc.integer({ min: 0, max: 32 })
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), prefix, (text, start, length) => {
      const oracle = new BlockList()
      oracle.addSubnet(start, length, 'ipv4')
      expect(isIn(text, start, length)).toBe(oracle.check(text, 'ipv4'))
    }),
  )
})

it('agrees with node:net about which IPv6 address is in which network', () => {
  const prefix = fc.integer({ min: 1, max: 128 })
  fc.assert(
    fc.property(fc.ipV6(), fc.ipV6(), prefix, (text, start, length) => {
      const oracle = new BlockList()
      oracle.addSubnet(start, length, 'ipv6')
      expect(isIn(text, start, length)).toBe(oracle.check(text, 'ipv6'))
    }),
  )
})

function isIn(text: string, start: string, prefix: number): boolean {
  const address = parseIpAddress(text)
  const first = parseIpAddress(start)
  return Boolean(address && first && isInNetwork(address, { ...first, prefix }))
}
