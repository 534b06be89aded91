import { hash, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Secret } from '../lib/secret.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const randomLength = 30
const checksumLength = 6
const pattern = /^(?:slp|slipway_pat|slo|slu|sls|slr)_([\dA-Za-z]{30})([\dA-Za-z]{6})$/

/** GitHub's forms with our own first letters, so that nobody's scanner takes one for the other. */
const prefixes = {
  personal: 'slp',
  'fine-grained': 'slipway_pat',
  oauth: 'slo',
  'app-user': 'slu',
  installation: 'sls',
  refresh: 'slr',
}

/**
 * A new token: its kind's prefix, 30 random characters, 6 of CRC32, so that a
 * scanner can tell ours from a random word without asking us.
 */
export function newTokenText(kind: keyof typeof prefixes): Secret {
  const random = Array.from({ length: randomLength }, () => alphabet[randomInt(alphabet.length)])
  return new Secret(`${prefixes[kind]}_${random.join('')}${checksumOf(random.join(''))}`)
}

/** Whether the text can be a token of ours at all: form and checksum. */
export function isTokenText(text: string): boolean {
  const [, random = '', checksum] = pattern.exec(text) ?? []
  return checksum === checksumOf(random)
}

/** What is stored instead of the token. The token is 178 random bits, so a plain hash will do. */
export const tokenHash = (text: string): string => hash('sha256', text, 'hex')

function checksumOf(random: string): string {
  let rest = crc32(random)
  let text = ''
  for (let n = 0; n < checksumLength; n += 1) {
    text = alphabet.charAt(rest % alphabet.length) + text
    rest = Math.floor(rest / alphabet.length)
  }
  return text
}
