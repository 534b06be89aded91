import type { Check } from '../expectations/model.ts'
import type { ApiDescription } from './description.ts'
import type { Answer } from './exchange.ts'

/** What is wrong with an answer: its status, its headers, its schema, what it says. */
export function faultsOf(check: Check, answer: Answer, description: ApiDescription): string[] {
  const { status, headers } = answer
  if (status !== check.status) return [`answers ${status}, not ${check.status}${saidBy(answer)}`]
  const wrongHeaders = Object.entries(check.headers ?? {}).filter(
    ([name, pattern]) => !pattern.test(headers.get(name) ?? ''),
  )
  return [
    ...standardFaultsOf(answer),
    ...wrongHeaders.map(([name, pattern]) => `the header ${name} is not ${pattern}`),
    ...(check.accept ? [] : description.faultsOf(check.operation, answer)),
    ...differences(check.like, answer.json, 'the body'),
    ...countFaultsOf(check.count, answer.json),
    ...(check.lacks ?? [])
      .filter((name) => memberOf(answer.json, name) !== undefined)
      .map((name) => `the body has ${name}`),
  ]
}

/** The operations that should have worked by now, and those of them that did anything. */
export type Seen = { readonly tried: Set<string>; readonly answered: Set<string> }

/** What a server says of what it has not, and of what a token may not see. */
export const isAbsence = ({ status }: Pick<Answer, 'status'>) => [404, 405, 501].includes(status)

/**
 * Whether an answer says that the operation is not there: an absence where it should have worked, and
 * of one that never worked any other absence too, be it instead of a refusal or the very 404 that is expected.
 */
export function isUnavailable(
  check: Pick<Check, 'operation' | 'status'>,
  answer: Pick<Answer, 'status'>,
  { tried, answered }: Seen,
): boolean {
  if (!isAbsence(answer)) return false
  if (check.status < 400) return true
  if (answered.has(check.operation)) return false
  return check.status !== answer.status || tried.has(check.operation)
}

function saidBy({ json }: Answer): string {
  const message = memberOf(json, 'message')
  return typeof message === 'string' ? ` ("${message.slice(0, 100)}")` : ''
}

/** How every answer is made (contract 8.3, 14). */
function standardFaultsOf({ status, headers, text }: Answer): string[] {
  const faults: string[] = []
  if (status === 204 && text !== '') faults.push('204 has a body')
  if (
    /^[[{]/.test(text) &&
    !/^application\/json; charset=utf-8$/i.test(headers.get('content-type') ?? '')
  )
    faults.push('the Content-Type is not application/json; charset=utf-8')
  return faults
}

function countFaultsOf(count: Check['count'], json: unknown): string[] {
  if (count === undefined) return []
  const lists = typeof count === 'number' ? { '': count } : count
  return Object.entries(lists).flatMap(([name, wanted]) => {
    const list = name === '' ? json : memberOf(json, name)
    const found = Array.isArray(list) ? list.length : 'no list'
    return found === wanted ? [] : [`${name || 'the list'} has ${found}, not ${wanted}`]
  })
}

/** Where `found` is not at least what is `wanted`; a list is compared as far as is wanted. */
export function differences(wanted: unknown, found: unknown, where: string): string[] {
  if (wanted === undefined) return []
  if (wanted instanceof RegExp)
    return wanted.test(String(found)) ? [] : [`${where} is ${JSON.stringify(found)}, not ${wanted}`]
  if (typeof wanted !== 'object' || wanted === null)
    return wanted === found ? [] : [`${where} is ${excerpt(found)}, not ${excerpt(wanted)}`]
  return Object.entries(wanted).flatMap(([name, value]) =>
    differences(value, memberOf(found, name), `${where}.${name}`.replace(/^the body\./, '')),
  )
}

const excerpt = (value: unknown) => (JSON.stringify(value) ?? 'missing').slice(0, 100)

/** A member by its path: `config.url`, `0.id`. */
export function memberOf(json: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => new Map(Object.entries(value ?? {})).get(name), json)
}
