import type { App } from '../app.ts'
import type { Call } from '../auth/route.ts'
import type { ArchiveOptions, GitStream } from '../git/model.ts'
import type { Answer } from '../http/answer.ts'
import { notFound } from '../lib/problem.ts'
import { findRepositoryById, idIn, type RepositoryCall } from '../repositories/repositories.ts'

/**
 * As GitHub, an archive is a redirect to where it streams from. The address
 * carries its own sealed permission for five minutes instead of asking for the
 * token again: clients drop `Authorization` when a redirect leads to another
 * host, and many hand the address to a program that never had a token.
 */
const lifetimeMs = 5 * 60_000

type Format = ArchiveOptions['format']

const contentTypes = { 'tar.gz': 'application/x-gzip', zip: 'application/zip' }

export const getTarball = (call: RepositoryCall): Promise<Answer> => linkTo(call, 'tar.gz')
export const getZipball = (call: RepositoryCall): Promise<Answer> => linkTo(call, 'zip')

async function linkTo(call: RepositoryCall, format: Format): Promise<Answer> {
  const { app, repository, urls, params } = call
  const ref = params['*'] || `refs/heads/${repository.default_branch}`
  const resolved = await app.git.resolve(repository.id, ref)
  if (!resolved) throw notFound()
  const named = { id: repository.id, sha: resolved.sha, format }
  const until = new Date(app.now().getTime() + lifetimeMs).toISOString()
  const permission = new URLSearchParams({ token: app.seal.seal(until, contextOf(named)) })
  const path = `/repositories/${named.id}/legacy.${format}/${named.sha}`
  return { status: 302, headers: { location: `${urls.api}${path}?${permission}` } }
}

type Named = { readonly id: number; readonly sha: string; readonly format: Format }

const contextOf = ({ id, sha, format }: Named) => `archive:${id}:${sha}:${format}`

export const sendTarball = (call: Call): Promise<Answer> => send(call, 'tar.gz')
export const sendZipball = (call: Call): Promise<Answer> => send(call, 'zip')

async function send({ app, params, query }: Call, format: Format): Promise<Answer> {
  const named = { id: idIn(params['repository_id']), sha: params['sha'] ?? '', format }
  if (!isPermitted(app, named, query['token'] ?? '')) throw notFound()
  const repository = await findRepositoryById(app.store.read, named.id)
  const folder = `${repository.owner.login}-${repository.name}-${named.sha.slice(0, 7)}`
  const stream = await app.git.archive(named.id, { sha: named.sha, format, folder })
  if (!stream) throw notFound()
  watch(app, stream)
  return {
    status: 200,
    stream: stream.output,
    headers: {
      'content-type': contentTypes[format],
      'content-disposition': `attachment; filename=${folder}.${format}`,
    },
  }
}

function isPermitted({ seal, now }: Pick<App, 'seal' | 'now'>, named: Named, token: string) {
  try {
    return now().toISOString() < seal.open(token, contextOf(named))
  } catch {
    // Whatever is wrong with a token: it was not made here for this archive.
    return false
  }
}

function watch({ log }: Pick<App, 'log'>, { done }: GitStream): void {
  done.then(
    // A null code is a client that went away.
    ({ code, errors }) => code && log.error({ code, errors }, 'archive.failed'),
    (error: unknown) => log.error({ err: error }, 'archive.failed'),
  )
}
