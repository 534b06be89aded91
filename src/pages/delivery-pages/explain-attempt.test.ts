import { describe, expect, it } from 'vitest'
import { explainAttempt } from './explain-attempt.ts'

const url = 'https://ci.example.com:8443/hook'
const explained = (gone: { status_code?: number; error_class?: string | null }) =>
  explainAttempt({ url, status_code: 0, error_class: null, ...gone })

describe('explainAttempt', () => {
  it('has nothing to say of what arrived', () => {
    expect([200, 204, 299].map((status_code) => explained({ status_code }))).toEqual(
      Array(3).fill(undefined),
    )
  })

  it('names the host and port where nobody answered', () => {
    expect(explained({ error_class: 'connect_refused' })).toContain('ci.example.com, port 8443')
    expect(explained({ error_class: 'dns_not_found' })).toContain('no host named ci.example.com.')
    expect(explained({ error_class: 'tls_failed' })).toContain('-connect ci.example.com:8443')
  })

  it('says of a status what to look at', () => {
    expect(explained({ status_code: 401 })).toContain('the secret')
    expect(explained({ status_code: 301 })).toContain('redirects are not followed')
    expect(explained({ status_code: 418 })).toContain('refused it')
    expect(explained({ status_code: 500 })).toContain('its log')
  })

  it('never fails, whatever was recorded', () => {
    expect(explainAttempt({ url: 'no url', status_code: 0, error_class: 'else' })).toContain(
      'did not get through',
    )
  })
})
