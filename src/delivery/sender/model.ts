import type { Secret } from '../../lib/secret.ts'

/** How one POST to a hook's URL ended (delivery 3.2). */
export type Outcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'timed_out' }
  | { readonly kind: 'connect_refused'; readonly code: string }
  | { readonly kind: 'unreachable'; readonly code: string }
  | { readonly kind: 'dns_failed'; readonly reason: DnsFailure }
  | { readonly kind: 'tls_failed'; readonly code: string }
  | { readonly kind: 'forbidden_address' }
  /** Our own proxy could not be reached, or did not connect; the receiver was not asked. */
  | { readonly kind: 'proxy_failed'; readonly reason: string }
  | { readonly kind: 'invalid_response'; readonly reason: string }
  | { readonly kind: 'closed' }

export type DnsFailure = 'not_found' | 'server_failure' | 'timed_out'

export type Answer = {
  readonly status: number
  readonly reason: string
  /** Names and values as latin1, which loses no byte whatever the receiver meant them to be. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The first bytes of the body, never decompressed. */
  readonly body: Buffer
  /** How many bytes of the body were read. */
  readonly bodyBytes: number
  /** Whether `body` is less than what the receiver sent or meant to send. */
  readonly isTruncated: boolean
}

/** A POST, ready to be sent. Signed over exactly these bytes. */
export type HookRequest = {
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  readonly isTlsVerified: boolean
  readonly clientCertificate: ClientCertificate | null
}

/** Who we are, to a receiver that asks (mutual TLS). Both are PEM. */
export type ClientCertificate = { readonly certificate: string; readonly key: Secret }

/** One attempt as it went. */
export type Attempt = {
  readonly outcome: Outcome
  readonly durationMs: number
  readonly remoteAddress: string | null
  /** Whether the connection had carried a request before. */
  readonly isReused: boolean
}
