import { Problem } from '../lib/problem.ts'
import { apiVersions } from './model.ts'

type Asked = {
  readonly userAgent: string | undefined
  readonly accept: string | undefined
  readonly version: string | undefined
  readonly path: string
}

/** What is wrong with a request before anyone looks at what it asks for (contract 8.3, 8.9). */
export function requestFault({ accept, version, path }: Asked): Problem | undefined {
  // No name of ours holds a NUL, and PostgreSQL cannot even be asked about one.
  if (/%00/.test(path)) return new Problem('not_found', 'Not Found')
  if (version !== undefined && !selectedVersion(version)) {
    return new Problem(
      'bad_request',
      `"${version.slice(0, 40)}" is not a supported version of the API. Supported: ${apiVersions.join(', ')}.`,
    )
  }
  if (!isAcceptable(accept)) {
    return new Problem(
      'unsupported',
      `Unsupported 'Accept' header: '${accept?.slice(0, 100)}'. Must accept 'application/json'.`,
    )
  }
  return undefined
}

/** `X-GitHub-Api-Version-Selected`: what was asked for, if there is such a one, or else the oldest. */
export const selectedVersion = (asked: string | undefined) =>
  apiVersions.find((known) => known === (asked ?? apiVersions[0]))

/** Only our own feed is a stream of events, and only our own figures are tables. */
const acceptable = ['*/*', 'application/*', 'application/json', 'text/event-stream', 'text/csv']

function isAcceptable(accept: string | undefined): boolean {
  if (accept === undefined || isGitHub(accept)) return true
  const types = accept.split(',').map((type) => type.split(';')[0]?.trim().toLowerCase())
  return types.some((type) => !type || acceptable.includes(type) || isGitHub(type))
}

const isGitHub = (type: string) => type.startsWith('application/vnd.github')

/** `X-GitHub-Media-Type`: the previews that were asked for, by name, or the API's own. */
export function mediaTypeOf(accept: string | undefined): string {
  if (!accept?.includes('-preview')) return 'github.v3; format=json'
  const previews = [...accept.matchAll(/application\/vnd\.github\.([\w-]+-preview)/g)]
  const names = previews.map(([, name]) => `github.${name}`)
  return (names.length > 0 ? names : ['github.v3']).map((name) => `${name}; format=json`).join(', ')
}
