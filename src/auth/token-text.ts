import { hash, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Secret } from '../lib/secret.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const randomLength = 30
const checksumLength = 6
const pattern = /^slp_([\dA-Za-z]{30})([\dA-Za-z]{6})$/

/**
 * A new personal access token: `slp_`, 30 random characters, 6 of CRC32, so that
 * a scanner can tell ours from a random word without asking us.
 */
export function newTokenText(): Secret {
  const random = Array.from({ length: randomLength }, () => alphabet[randomInt(alphabet.length)])
  return new Secret(`slp_${random.join('')}${checksumOf(random.join(''))}`)
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
