import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { Problem } from '../lib/problem.ts'

const derive = promisify(argon2)
/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }
const saltBytes = 16
export const passwordCharactersMin = 8
const charactersMax = 1024

/** A PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. Throws `invalid` for a password too short to be one. */
export async function hashPassword(password: string): Promise<string> {
  if (password.length < passwordCharactersMin || password.length > charactersMax) {
    throw new Problem(
      'invalid',
      `A password has ${passwordCharactersMin} to ${charactersMax} characters`,
    )
  }
  const nonce = randomBytes(saltBytes)
  const tag = await derive('argon2id', { message: password, nonce, ...cost })
  const { memory, passes, parallelism } = cost
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${bare(nonce)}$${bare(tag)}`
}

/** Whether the password is the one that was hashed, with the cost it was hashed at. */
export async function isPassword(password: string, hashed: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt = '', tag = ''] =
    /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(hashed) ?? []
  const known = Buffer.from(tag, 'base64')
  if (known.length === 0 || password.length > charactersMax) return false
  const made = await derive('argon2id', {
    message: password,
    nonce: Buffer.from(salt, 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: known.length,
  })
  return timingSafeEqual(made, known)
}

const bare = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
