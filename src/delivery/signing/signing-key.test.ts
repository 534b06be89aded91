import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Secret } from '../../lib/secret.ts'
import { SigningKey } from './signing-key.ts'

const key = (secret: string) => new SigningKey(new Secret(secret))

it("S5: signs GitHub's documented example as GitHub does", () => {
  const headers = Object.fromEntries(
    key("It's a Secret to Everybody").githubHeaders(Buffer.from('Hello, World!')),
  )
  expect(headers['X-Hub-Signature-256']).toBe(
    'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  )
  expect(headers['X-Hub-Signature']).toMatch(/^sha1=[0-9a-f]{40}$/)
})

it("signs Standard Webhooks' documented example as its libraries do", () => {
  const signature = key('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw').standardSignature(
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    1_614_265_330,
    Buffer.from('{"test": 2432232314}'),
  )
  expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

it('signs as node:crypto does, whatever the secret and the body, again and again', () => {
  const secrets = fc.string({ unit: 'grapheme', maxLength: 200 })
  fc.assert(
    fc.property(secrets, fc.array(fc.uint8Array()), (secret, bodies) => {
      const signing = key(secret)
      for (const body of bodies) {
        const hmac = (name: string) => createHmac(name, secret).update(body).digest('hex')
        expect(signing.githubHeaders(body).map(([, value]) => value)).toEqual([
          `sha1=${hmac('sha1')}`,
          `sha256=${hmac('sha256')}`,
        ])
      }
    }),
  )
})
