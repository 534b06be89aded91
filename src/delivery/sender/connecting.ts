import type { Socket } from 'node:net'
import type { Outcome } from './model.ts'

/** Why there is no connection; carried through undici's callbacks. */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure'
  readonly outcome: Outcome

  constructor(outcome: Outcome) {
    super(outcome.kind)
    this.outcome = outcome
  }
}

/** Waits for a socket that is connecting. Throws `ConnectFailure`. */
export function connected(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new ConnectFailure(tcpOutcomeOf(codeOf(error))))
    socket.once('error', fail)
    socket.once('close', () => fail(new Error('given up')))
    socket.once('connect', () => {
      socket.off('error', fail)
      resolve(socket)
    })
  })
}

function tcpOutcomeOf(code: string): Outcome {
  if (code === 'ETIMEDOUT') return { kind: 'timed_out' }
  return { kind: code === 'ECONNREFUSED' ? 'connect_refused' : 'unreachable', code }
}

/** The system's or OpenSSL's word for an error, such as ECONNREFUSED or CERT_HAS_EXPIRED. */
export const codeOf = (error: Error | null) =>
  error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN'
