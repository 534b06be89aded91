import { createHash, ECDH } from 'node:crypto'

/** A public key as OpenSSH writes it in `id_….pub`. */
type PublicKey = {
  readonly type: string
  /** The key in SSH's own encoding: what a client shows when it signs in. */
  readonly blob: Buffer
  readonly comment: string
}

/** What a text that should be a public key turned out to be. */
type Parsed =
  | { readonly kind: 'key'; readonly key: PublicKey }
  | { readonly kind: 'fault'; readonly reason: string }

const modulusBitsMin = 2048
const modulusBitsMax = 16_384
const uncompressedPoint = 0x04

/**
 * Reads one line of OpenSSH's public key format, `type base64 comment`
 * (RFC 4253 6.6; sshd(8), AUTHORIZED_KEYS FILE FORMAT). The inner encoding must be whole
 * and of the named type. A reason never repeats the text: it may be a private key.
 */
export function parsePublicKey(text: string): Parsed {
  const line = text.trim()
  const misplaced = misplacedReason(line)
  if (misplaced) return fault(misplaced)
  const [, type, base64 = '', comment = ''] = /^(\S+)[ \t]+(\S+)(?:[ \t]+(.*))?$/.exec(line) ?? []
  if (!type) return fault(formatReason)
  const check = checks.get(type)
  if (!check) return fault(typeReason(type))
  const blob = blobIn(base64)
  const fields = blob && fieldsIn(blob)
  if (!fields) return fault('the part after its type is cut short or is not base64')
  if (fields[0]?.toString('latin1') !== type) {
    return fault('the type it names is not the type it is')
  }
  const reason = check(fields.slice(1))
  return reason ? fault(reason) : { kind: 'key', key: { type, blob, comment: comment.trim() } }
}

/** As `ssh-keygen -l` prints it. */
export const fingerprintOf = (blob: Buffer): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`

/** What a kept key is, as `ssh-keygen -l` calls it, and for RSA its bits, on which its strength hangs. */
export function keyKindOf(key: string): { readonly name: string; readonly rsaBits?: number } {
  const [type = '', base64 = ''] = key.split(' ')
  if (type !== 'ssh-rsa') return { name: kindNames[type] ?? type }
  const modulus = fieldsIn(Buffer.from(base64, 'base64'))?.[2]
  return { name: 'RSA', rsaBits: modulus ? bitsOf(modulus) : 0 }
}

const kindNames: Readonly<Record<string, string>> = {
  'ssh-ed25519': 'ED25519',
  'ecdsa-sha2-nistp256': 'ECDSA P-256',
  'ecdsa-sha2-nistp384': 'ECDSA P-384',
  'ecdsa-sha2-nistp521': 'ECDSA P-521',
  'sk-ssh-ed25519@openssh.com': 'ED25519 in a security key',
  'sk-ecdsa-sha2-nistp256@openssh.com': 'ECDSA in a security key',
}

const fault = (reason: string): Parsed => ({ kind: 'fault', reason })

const formatReason =
  'you must supply one key in OpenSSH public key format, the line in a .pub file: ssh-ed25519 AAAA…'

/** Other things that people paste. */
function misplacedReason(line: string): string | undefined {
  if (/PRIVATE KEY-----|^PuTTY-User-Key-File|^b3BlbnNzaC1rZXktdjEA/.test(line)) {
    return 'that is a private key, which must never leave your machine: make a new pair, and supply the .pub file of it'
  }
  return /[\n\r]|^-----|^---- /.test(line) ? formatReason : undefined
}

function typeReason(type: string): string {
  if (type === 'ssh-dss') return 'keys of type ssh-dss are too weak: supply an ssh-ed25519 key'
  const isType = /^[a-z\d][a-z\d.@-]{2,60}$/.test(type)
  return isType
    ? `keys of type ${type} are not accepted; supply one of type ${[...checks.keys()].join(', ')}`
    : formatReason
}

function blobIn(base64: string): Buffer | undefined {
  return /^[A-Za-z\d+/]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : undefined
}

/** The strings of the blob, each behind its length (RFC 4251 5); undefined unless they fill it exactly. */
function fieldsIn(blob: Buffer): Buffer[] | undefined {
  const fields: Buffer[] = []
  let at = 0
  while (at < blob.length) {
    if (at + 4 > blob.length) return undefined
    const end = at + 4 + blob.readUInt32BE(at)
    if (end > blob.length) return undefined
    fields.push(blob.subarray(at + 4, end))
    at = end
  }
  return fields
}

/** Says what is wrong with the fields after the type, if anything is. */
type Check = (fields: readonly Buffer[]) => string | undefined

const damaged = 'it is damaged; copy the whole line of the .pub file'

const ed25519: Check = ([point, ...more]) =>
  point?.length === 32 && more.length === 0 ? undefined : damaged

const rsa: Check = ([exponent, modulus, ...more]) => {
  if (!exponent || !modulus || more.length > 0) return damaged
  if (!isOddPositive(exponent) || !isOddPositive(modulus)) return damaged
  const bits = bitsOf(modulus)
  if (bitsOf(exponent) < 2 || bits > modulusBitsMax) return damaged
  return bits < modulusBitsMin
    ? `RSA keys must have ${modulusBitsMin} bits or more; this one has ${bits}`
    : undefined
}

const ecdsa =
  (curve: string, opensslName: string): Check =>
  ([name, point, ...more]) => {
    const isWhole = name?.toString('latin1') === curve && point && more.length === 0
    return isWhole && isOnCurve(point, opensslName) ? undefined : damaged
  }

/** A key in a FIDO token: the plain key's fields, and the name of the application it is for. */
const inToken =
  (plain: Check): Check =>
  (fields) => {
    const application = fields.at(-1)
    return application && application.length > 0 ? plain(fields.slice(0, -1)) : damaged
  }

const nistp256 = ecdsa('nistp256', 'prime256v1')

const checks: ReadonlyMap<string, Check> = new Map([
  ['ssh-ed25519', ed25519],
  ['ssh-rsa', rsa],
  ['ecdsa-sha2-nistp256', nistp256],
  ['ecdsa-sha2-nistp384', ecdsa('nistp384', 'secp384r1')],
  ['ecdsa-sha2-nistp521', ecdsa('nistp521', 'secp521r1')],
  ['sk-ssh-ed25519@openssh.com', inToken(ed25519)],
  ['sk-ecdsa-sha2-nistp256@openssh.com', inToken(nistp256)],
])

/** An `mpint` is signed and has no needless leading zero (RFC 4251 5). */
function isOddPositive(mpint: Buffer): boolean {
  const [first = 0x80, second = 0] = mpint
  const isCanonical = first !== 0 || second >= 0x80
  return first < 0x80 && isCanonical && ((mpint.at(-1) ?? 0) & 1) === 1
}

function bitsOf(mpint: Buffer): number {
  const digits = mpint[0] === 0 ? mpint.subarray(1) : mpint
  return digits.length === 0 ? 0 : digits.length * 8 - Math.clz32(digits[0] ?? 0) + 24
}

function isOnCurve(point: Buffer, curve: string): boolean {
  if (point[0] !== uncompressedPoint) return false
  try {
    ECDH.convertKey(point, curve)
    return true
  } catch {
    // OpenSSL refuses points of the wrong length and points beside the curve.
    return false
  }
}
