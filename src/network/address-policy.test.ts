import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressPolicyFor, addressPolicyOf, parseNetworks } from './address-policy.ts'
import { type Network, parseNetwork } from './ip-address.ts'

const strict = addressPolicyOf([])
const allowing = (text: string) => addressPolicyOf(parseNetworks(text).networks)

const blockedIpv4 = `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12
  192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16
  192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4`
const blockedIpv6 = `::/8 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20
  2620:4f:8000::/48 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8`
const table = `${blockedIpv4} ${blockedIpv6}`
  .split(/\s+/)
  .flatMap((text) => parseNetwork(text) ?? [])
const openBesideNat64 = (address: string) => !address.startsWith('64:ff9b:0:0:0:0:')

describe('the policy without exceptions', () => {
  it.each(['8.8.8.8', '140.82.112.3', '1.1.1.1', '2606:50c0:8000::153', '2001:4860:4860::8888'])(
    'allows %s',
    (address) => expect(strict.allows(address)).toBe(true),
  )

  it.each([
    '127.0.0.1',
    '0.0.0.0',
    '::',
    '::1',
    '::ffff:7f00:1',
    '::ffff:8.8.8.8',
    '::7f00:1',
    '::8.8.8.8',
    '64:ff9b::7f00:1',
    '64:ff9b:1::808:808',
    '2002:7f00:1::',
    '::5efe:7f00:1',
    'fe80::5efe:7f00:1',
    '100:0:0:1::1',
    '100::1',
    'fd00:ec2::254',
    '169.254.169.254',
    '168.63.129.16',
    '5f00::1',
    '4000::1',
  ])('refuses %s', (address) => expect(strict.allows(address)).toBe(false))

  it('gives an address behind NAT64 the verdict of the IPv4 address it carries', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(strict.allows(`64:ff9b::${address}`)).toBe(strict.allows(address))
      }),
    )
  })

  it('refuses every address of every blocked network, its edges and its inside', () => {
    fc.assert(
      fc.property(fc.constantFrom(...table), fc.bigInt({ min: 0n, max: 1n << 128n }), (net, at) => {
        const size = sizeOf(net)
        for (const offset of [0n, size - 1n, at % size]) {
          const address = textOf(net.family, net.bits + offset)
          if (openBesideNat64(address))
            expect([address, strict.allows(address)]).toEqual([address, false])
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('refuses nothing else: one step outside a blocked IPv4 network is open or in another', () => {
    const inTable = (bits: bigint) =>
      table.some((net) => net.family === 4 && bits >= net.bits && bits < net.bits + sizeOf(net))
    const edges = table
      .filter((net) => net.family === 4)
      .flatMap((net) => [net.bits - 1n, net.bits + sizeOf(net)])
      .filter((bits) => bits >= 0n && bits < 1n << 32n)
    expect(edges.map((bits) => strict.allows(textOf(4, bits)))).toEqual(
      edges.map((bits) => !inTable(bits)),
    )
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }), (bits) => {
        const isAzureMetadata = textOf(4, bits) === '168.63.129.16'
        expect(strict.allows(textOf(4, bits))).toBe(!inTable(bits) && !isAzureMetadata)
      }),
    )
  })

  it('refuses what is not an address', () => {
    expect(['', 'localhost', '127.1', 'fe80::1%eth0'].map(strict.allows)).toEqual(
      Array(4).fill(false),
    )
  })
})

describe('an exception', () => {
  it('opens exactly its own network', () => {
    const { allows } = allowing('10.1.0.0/16, ::1/128')
    expect(allows('10.1.0.0')).toBe(true)
    expect(allows('10.1.255.255')).toBe(true)
    expect(allows('::1')).toBe(true)
    const outside = ['10.0.255.255', '10.2.0.0', '127.0.0.1', '::2', '::ffff:10.1.0.1']
    expect(outside.map(allows)).toEqual(outside.map(() => false))
  })

  it('does not open a metadata address that it only happens to cover', () => {
    const { allows } = allowing('0.0.0.0/0,::/0')
    const spellings = [
      '169.254.169.254',
      '::ffff:169.254.169.254',
      '::a9fe:a9fe',
      '64:ff9b::a9fe:a9fe',
      'fd00:ec2::254',
      '100.100.100.200',
    ]
    expect(spellings.map(allows)).toEqual(spellings.map(() => false))
    expect(allows('169.254.169.253')).toBe(true)
  })

  it('opens a metadata address that it names', () => {
    expect(allowing('169.254.169.254').allows('169.254.169.254')).toBe(true)
    expect(allowing('fd00:ec2::254/128').allows('fd00:ec2::254')).toBe(true)
  })
})

it('names the parts of a list that are no networks', () => {
  expect(parseNetworks('10.0.0.0/8, 10.0.0.1/8,, home').bad).toEqual(['10.0.0.1/8', 'home'])
  expect(parseNetworks('').networks).toEqual([])
})

it('refuses a list with a part that is no network, by name', () => {
  expect(() => addressPolicyFor(['10.0.0.0/8', '10.0.0.1/8'])).toThrow('"10.0.0.1/8" is no network')
  expect(addressPolicyFor(['10.0.0.0/8']).allows('10.0.0.1')).toBe(true)
})

const sizeOf = ({ family, prefix }: Network) => 1n << BigInt((family === 4 ? 32 : 128) - prefix)

function textOf(family: 4 | 6, bits: bigint): string {
  const parts = family === 4 ? [24n, 16n, 8n, 0n] : [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n]
  if (family === 4) return parts.map((shift) => (bits >> shift) & 0xffn).join('.')
  return parts.map((shift) => ((bits >> shift) & 0xffffn).toString(16)).join(':')
}
