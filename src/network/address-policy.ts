import {
  type IpAddress,
  isInNetwork,
  type Network,
  parseIpAddress,
  parseNetwork,
  widthOf,
} from './ip-address.ts'

/** Which addresses we connect to when somebody else names the host (delivery 5). */
export type AddressPolicy = {
  /** Takes an address in its usual spelling; anything else is not allowed. */
  readonly allows: (address: string) => boolean
}

/** Loopback, private, link-local, documentation, benchmarking, multicast and reserved (IANA's registry, RFC 6890). */
const blockedIpv4 = networks(`
  0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
  192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24
  198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4`)

/** Only global unicast is open at all, so everything new and strange starts out blocked. */
const globalIpv6 = networks('2000::/3')
const blockedIpv6 = networks('2001::/23 2001:db8::/32 2002::/16 3fff::/20 2620:4f:8000::/48')

/** An address here carries an IPv4 address in its last 32 bits and is reached through a NAT64 gateway. */
const nat64 = networks('64:ff9b::/96')
/** Other spellings that carry an IPv4 address in their last 32 bits: mapped and compatible. */
const ipv4Carriers = [...nat64, ...networks('::ffff:0:0/96 ::/96')]

/** Where clouds hand credentials to their machines: AWS, ECS, EKS, Azure, GCP, Oracle, Alibaba. */
const metadata = networks(`
  169.254.169.254/32 169.254.170.2/32 169.254.170.23/32 168.63.129.16/32 192.0.0.192/32
  100.100.100.200/32 fd00:ec2::254/128 fd00:ec2::23/128 fd20:ce::254/128`)

/**
 * Public addresses and the `allowed` networks. A cloud's metadata address stays
 * blocked unless it is itself in `allowed`, as a network of one.
 */
export function addressPolicyOf(allowed: readonly Network[]): AddressPolicy {
  const isNamed = (address: IpAddress) =>
    allowed.some((one) => one.prefix === widthOf(one) && isInNetwork(address, one))
  const isAllowed = (address: IpAddress) => {
    if (isMetadata(address)) return isNamed(address)
    return isIn(address, allowed) || isPublic(address)
  }
  return {
    allows: (text) => {
      const address = parseIpAddress(text)
      return address !== null && isAllowed(address)
    },
  }
}

/** As `addressPolicyOf`, of networks as an operator writes them. Throws a RangeError that names what is none. */
export function addressPolicyFor(allowed: readonly string[]): AddressPolicy {
  const { networks, bad } = parseNetworks(allowed.join())
  if (bad.length === 0) return addressPolicyOf(networks)
  const names = bad.map((text) => `"${text}"`).join(', ')
  throw new RangeError(
    `${names} is no network: write 10.0.0.0/8 with zeros after the prefix, or one address`,
  )
}

/**
 * Networks separated by commas, as in SLIPWAY_WEBHOOK_ALLOW. What is not a network is
 * returned under `bad`, for a message that can name it.
 */
export function parseNetworks(text: string): { networks: Network[]; bad: string[] } {
  const parts = text.split(',').map((part) => part.trim())
  const parsed = parts.filter(Boolean).map((part) => ({ part, network: parseNetwork(part) }))
  return {
    networks: parsed.flatMap(({ network }) => network ?? []),
    bad: parsed.filter(({ network }) => !network).map(({ part }) => part),
  }
}

function isPublic(address: IpAddress): boolean {
  if (address.family === 4) return !isIn(address, blockedIpv4)
  if (isIn(address, nat64)) return isPublic(carriedIpv4(address))
  return isIn(address, globalIpv6) && !isIn(address, blockedIpv6)
}

function isMetadata(address: IpAddress): boolean {
  if (isIn(address, metadata)) return true
  return isIn(address, ipv4Carriers) && isIn(carriedIpv4(address), metadata)
}

const carriedIpv4 = ({ bits }: IpAddress): IpAddress => ({ family: 4, bits: bits & 0xffff_ffffn })

const isIn = (address: IpAddress, list: readonly Network[]) =>
  list.some((network) => isInNetwork(address, network))

function networks(text: string): Network[] {
  return text
    .trim()
    .split(/\s+/)
    .flatMap((part) => parseNetwork(part) ?? [])
}
