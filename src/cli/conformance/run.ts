import { setTimeout as wait } from 'node:timers/promises'
import sodium from 'libsodium-wrappers'
import { Problem } from '../../lib/problem.ts'
import { Secret } from '../../lib/secret.ts'
import { areas } from '../expectations/expectations.ts'
import type { Check, Need } from '../expectations/model.ts'
import { type ApiDescription, openDescription } from './description.ts'
import { type Answer, type Request, type Server, send } from './exchange.ts'
import { faultsOf, isAbsence, isUnavailable, memberOf, type Seen } from './judge.ts'
import type { Kept, Outcome, Result } from './model.ts'

export type Run = {
  readonly server: Server
  /** The throw-away repository and whatever else the checks speak of from the start. */
  readonly kept: Kept
  /** No further request is sent once it is aborted. */
  readonly signal: AbortSignal
  readonly onResult: (result: Result) => void
}

/** Every check of every area, one after the other: each may speak of what those before it made. */
export async function runChecks(run: Run): Promise<Result[]> {
  await sodium.ready
  const description = openDescription()
  const results: Result[] = []
  const seen: Seen = { tried: new Set(), answered: new Set() }
  for (const { name, checks, needs } of areas) {
    for (const check of checks) {
      const startedAt = performance.now()
      const tools = { run, description, seen }
      const outcome = lackOf(needs, run) ?? (await outcomeOf(check, tools))
      if (check.status < 400) seen.tried.add(check.operation)
      const ms = Math.round(performance.now() - startedAt)
      const result = { area: name, operation: check.operation, says: check.says, outcome, ms }
      results.push(result)
      run.onResult(result)
    }
  }
  return results
}

/** What would have to be given, where it was not. */
function lackOf(need: Need | undefined, { kept, server }: Run): Outcome | undefined {
  if (need === 'organization' && !kept.has('org'))
    return { kind: 'not asked', why: 'pass --org, an organization that the token administers' }
  if (need === 'app' && !server.jwt)
    return { kind: 'not asked', why: 'pass --app-id and --app-key, of an App installed there' }
  return undefined
}

type Tools = {
  readonly run: Run
  readonly description: ApiDescription
  readonly seen: Seen
}

async function outcomeOf(check: Check, { run, description, seen }: Tools): Promise<Outcome> {
  if (run.signal.aborted) return { kind: 'skipped', why: 'the time was up' }
  const { kept } = run
  try {
    if (check.seals !== undefined) kept.set('sealed', sealFor(textOf(kept, 'key'), check.seals))
    const filled = fill(check, kept)
    const request = requestOf(filled, run, description)
    const { answer, faults } = await askUntilRight({ check: filled, request, run, description })
    // What was made can be spoken of, even if it is not as it should be.
    if (answer.status === check.status) keep(check, answer, kept)
    if (answer.status < 400) seen.answered.add(check.operation)
    if (isUnavailable(check, answer, seen)) return { kind: 'unavailable', status: answer.status }
    return faults.length === 0 ? { kind: 'passed' } : { kind: 'failed', faults }
  } catch (error) {
    if (error instanceof NotKept) return { kind: 'skipped', why: error.message }
    if (error instanceof Problem) return { kind: 'failed', faults: [error.message] }
    throw error
  }
}

type Asked = {
  readonly check: Check
  readonly request: Request
  readonly run: Run
  readonly description: ApiDescription
}

const eventualMs = 15_000
const betweenMs = 250

async function askUntilRight({ check, request, run, description }: Asked) {
  const deadline = Date.now() + eventualMs
  for (;;) {
    const answer = await send(run.server, request)
    const faults = faultsOf(check, answer, description)
    if (faults.length === 0 && check.isConditional)
      faults.push(...(await conditionalFaultsOf(run.server, request, answer)))
    const isHopeless = isAbsence(answer) || Date.now() > deadline || run.signal.aborted
    if (faults.length === 0 || !check.isEventual || isHopeless) return { answer, faults }
    await wait(betweenMs)
  }
}

async function conditionalFaultsOf(server: Server, request: Request, { headers }: Answer) {
  const etag = headers.get('etag')
  if (!etag) return ['there is no ETag']
  const { status } = await send(server, { ...request, etag })
  return status === 304 ? [] : [`asked again with its ETag, it answers ${status}, not 304`]
}

/** A check speaks of what an earlier one should have made. */
class NotKept extends Error {}

function textOf(kept: Kept, name: string): string {
  const value = kept.get(name)
  if (value === undefined) throw new NotKept(`there is no ${name}, since an earlier check failed`)
  return String(value)
}

/** What is kept in place of `{name}`; a text that is nothing else becomes the very value. */
function fill<T>(value: T, kept: Kept): T
function fill(value: unknown, kept: Kept): unknown {
  if (typeof value === 'string') {
    const whole = /^\{(\w+)\}$/.exec(value)?.[1]
    if (whole && textOf(kept, whole)) return kept.get(whole)
    return value.replace(/\{(\w+)\}/g, (_all, name: string) => textOf(kept, name))
  }
  if (Array.isArray(value)) return value.map((item: unknown) => fill(item, kept))
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, fill(member, kept)]),
  )
}

function requestOf(check: Check, { kept, server }: Run, description: ApiDescription): Request {
  const { method, path } = description.operationOf(check.operation)
  const parameters = new Map(Object.entries(check.parameters ?? {}))
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(parameters.get(name) ?? textOf(kept, name)),
  )
  const body = check.body === undefined ? check.rawBody : JSON.stringify(check.body)
  const token = tokenOf(check, { kept, server })
  const search = check.query === undefined ? '' : `?${check.query}`
  return { method, path: `${filled}${search}`, body, accept: check.accept, token }
}

function tokenOf({ token }: Check, { kept, server }: Pick<Run, 'kept' | 'server'>) {
  if (token === 'app') return server.jwt
  return token === 'installation' ? new Secret(textOf(kept, 'installation_token')) : token
}

function keep({ keeps = {} }: Check, { json }: Answer, kept: Kept): void {
  for (const [name, path] of Object.entries(keeps)) {
    const value = memberOf(json, path)
    if (typeof value === 'string' || typeof value === 'number') kept.set(name, value)
  }
}

/** libsodium's sealed box in base64, as GitHub takes secrets (contract 5.2). */
function sealFor(publicKey: string, value: string): string {
  const box = sodium.crypto_box_seal(Buffer.from(value), Buffer.from(publicKey, 'base64'))
  return Buffer.from(box).toString('base64')
}
