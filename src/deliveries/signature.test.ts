import { expect, it } from 'vitest'
import { Secret } from '../lib/secret.ts'
import { signatureHeadersOf } from './signature.ts'

it("signs GitHub's documented example as GitHub does", () => {
  const secret = new Secret("It's a Secret to Everybody")
  const headers = Object.fromEntries(signatureHeadersOf(secret, Buffer.from('Hello, World!')))
  expect(headers['X-Hub-Signature-256']).toBe(
    'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  )
  expect(headers['X-Hub-Signature']).toMatch(/^sha1=[0-9a-f]{40}$/)
})
