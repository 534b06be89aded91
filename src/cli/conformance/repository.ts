import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { Problem } from '../../lib/problem.ts'
import { type Answer, type Server, send } from './exchange.ts'
import { memberOf } from './judge.ts'
import type { Kept } from './model.ts'

export type Place = {
  readonly owner: string | undefined
  readonly isPrivate: boolean
  /** Where teams and the like are made and removed. */
  readonly org: string | undefined
  readonly appId: number | undefined
}

/**
 * Makes a repository to play in, with one commit on `main`, and says by which names the checks
 * speak of it. Throws Problem `unauthenticated` or `invalid` when it cannot be made.
 */
export async function makeRepository(server: Server, place: Place): Promise<Kept> {
  const { owner, isPrivate, org, appId } = place
  const login = await findLogin(server)
  const isOwn = owner === undefined || owner.toLowerCase() === login.toLowerCase()
  const number = randomBytes(4).toString('hex')
  const name = `slipway-conformance-${number}`
  const body = { name, private: isPrivate, auto_init: true, description: 'To be removed' }
  const path = isOwn ? '/user/repos' : `/orgs/${encodeURIComponent(owner)}/repos`
  const made = await send(server, { method: 'POST', path, body: JSON.stringify(body) })
  if (made.status !== 201)
    throw new Problem('invalid', `A repository could not be made: ${said(made)}`)
  return new Map<string, string | number>([
    ...(org === undefined ? [] : ([['org', org]] as const)),
    ...(appId === undefined ? [] : ([['app_id', appId]] as const)),
    ['org_variable', `SLIPWAY_CONFORMANCE_${number.toUpperCase()}`],
    ['login', login],
    ['owner', isOwn ? login : owner],
    ['repo', name],
    ['public_key', newPublicKey()],
  ])
}

async function findLogin(server: Server): Promise<string> {
  const answer = await send(server, { method: 'GET', path: '/user' })
  const login = memberOf(answer.json, 'login')
  if (answer.status === 401)
    throw new Problem('unauthenticated', 'The server does not accept the token')
  if (answer.status === 200 && typeof login === 'string') return login
  throw new Problem('invalid', `GET ${server.url}/user says: ${said(answer)}. Is that the API?`)
}

/** What stands in the way of removing it; undefined when it is gone. */
export async function removeRepository(server: Server, kept: Kept): Promise<string | undefined> {
  const name = `${kept.get('owner')}/${kept.get('repo')}`
  const gone = await send(server, { method: 'DELETE', path: `/repos/${name}` })
  if (gone.status === 204) return undefined
  return `${name} could not be removed (${said(gone)}): remove it by hand`
}

function said({ status, json }: Answer): string {
  const message = memberOf(json, 'message')
  return typeof message === 'string' ? `${status} ${message}` : String(status)
}

const leftovers = {
  team_slug: 'teams',
  org_hook_id: 'hooks',
  org_variable: 'actions/variables',
}

/** Removes from the organization what a run that did not end has left there; what is gone is gone. */
export async function removeLeftovers(server: Server, kept: Kept): Promise<void> {
  for (const [name, place] of Object.entries(leftovers)) {
    const [org, id] = [kept.get('org'), kept.get(name)]
    if (org === undefined || id === undefined) continue
    await send(server, { method: 'DELETE', path: `/orgs/${org}/${place}/${id}` })
  }
}

/** A new ed25519 key's public half, in OpenSSH's form (RFC 8709). */
function newPublicKey(): string {
  const { publicKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const type = Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0\x20', 'latin1')
  return `ssh-ed25519 ${Buffer.concat([type, Buffer.from(x, 'base64url')]).toString('base64')}`
}
