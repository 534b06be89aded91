import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../lib/secret.ts'
import { isSigned, parseNotice } from './notice.ts'

const secrets = [new Secret("It's a Secret to Everybody"), new Secret('next')]
const body = Buffer.from('Hello, World!')

describe('a signature', () => {
  it("holds for GitHub's own test vector", () => {
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
    expect(isSigned(body, signature, secrets)).toBe(true)
  })

  it('holds for either of two secrets while they are changed', () => {
    const signature = `sha256=${createHmac('sha256', 'next').update(body).digest('hex')}`
    expect(isSigned(body, signature, secrets)).toBe(true)
    expect(isSigned(body, signature, secrets.slice(0, 1))).toBe(false)
  })

  it.each([
    undefined,
    '',
    'sha256=',
    'sha1=0000000000000000000000000000000000000000',
    `sha256=${'0'.repeat(64)}`,
    '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  ])('does not hold when it is %j', (signature) => {
    expect(isSigned(body, signature, secrets)).toBe(false)
  })

  it('does not hold for other bytes, nor when there is no secret', () => {
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
    expect(isSigned(Buffer.from('Hello, World?'), signature, secrets)).toBe(false)
    expect(isSigned(body, signature, [])).toBe(false)
  })
})

describe('a body', () => {
  const deployment = { id: 42, environment: 'production', task: 'deploy', sha: 'x' }
  const event = { action: 'created', deployment, repository: { full_name: 'octo/docs' } }
  const parse = (value: unknown) => parseNotice(Buffer.from(JSON.stringify(value)))
  const notice = {
    id: 42,
    environment: 'production',
    task: 'deploy',
    repository: 'octo/docs',
    status: null,
  }

  it('is read as JSON and as a form', () => {
    expect(parse(event)).toEqual(notice)
    const form = new URLSearchParams({ payload: JSON.stringify(event) }).toString()
    expect(parseNotice(Buffer.from(form))).toEqual(notice)
  })

  it('may be about a status', () => {
    const deployment_status = { state: 'error', log_url: '' }
    expect(parse({ ...event, deployment_status })).toEqual({ ...notice, status: deployment_status })
  })

  it.each([
    ['a ping', { zen: 'Design for failure.', hook_id: 1 }],
    ['no object', 'text'],
    ['an id that is none', { ...event, deployment: { ...deployment, id: '42' } }],
    ['a path for a repository', { ...event, repository: { full_name: '../../octo' } }],
  ])('is not for us when it is %s', (_, value) => {
    expect(parse(value)).toBeNull()
  })

  it.each(['', 'payload=', 'payload=%7B', '{"deployment":', '\u0000'])(
    'is not for us when it is %j',
    (text) => {
      expect(parseNotice(Buffer.from(text))).toBeNull()
    },
  )
})
