import { encodePath } from '../../commits/payload.ts'
import type { Commit, Named, Signer } from '../../git/model.ts'
import { nodeId } from '../../lib/node-id.ts'
import { fullNameOf } from '../../repositories/model.ts'
import { type Node, refusal, type View } from './model.ts'
import { requireAccess } from './views.ts'

type Ref = Named & { readonly prefix: 'refs/heads/' | 'refs/tags/' }

/** That a branch is there is told to whoever may deploy it, and what is on it only to whoever reads code. */
export const refNode = (view: View, { name, sha, prefix }: Ref): Node => ({
  __typename: 'Ref',
  id: nodeId('REF', view.repository.id, `${prefix}${name}`),
  name,
  prefix,
  repository: () => view.asked.show(view),
  target: async () => {
    await requireAccess(view, 'code:read', 'target')
    return commitNode(view, sha)
  },
})

const shortCharacters = 7

/** What is named by its sha alone; what somebody wrote in it only for whoever reads code. */
export function commitNode(view: View, sha: string): Node {
  const { asked, repository } = view
  const path = `/${fullNameOf(repository)}/commit/${encodePath(sha)}`
  const address = { resourcePath: path, url: `${asked.urls.web}${path}` }
  return {
    __typename: 'Commit',
    id: nodeId('C', repository.id, sha),
    oid: sha,
    abbreviatedOid: sha.slice(0, shortCharacters),
    ...address,
    commitResourcePath: address.resourcePath,
    commitUrl: address.url,
    repository: () => view.asked.show(view),
    ...writtenIn(view, sha),
  }
}

function writtenIn(view: View, sha: string): Node {
  const { asked, repository } = view
  const read =
    <T>(field: string, valueIn: (commit: Commit) => T) =>
    async () => {
      await requireAccess(view, 'code:read', field)
      const commit = await asked.loaders.commits(repository.id)(sha)
      if (commit) return valueIn(commit)
      throw refusal('NOT_FOUND', `The commit ${sha} is no longer in the repository.`)
    }
  return {
    author: read('author', ({ author }) => signerNode(author)),
    committer: read('committer', ({ committer }) => signerNode(committer)),
    authoredDate: read('authoredDate', ({ author }) => author.date),
    committedDate: read('committedDate', ({ committer }) => committer.date),
    message: read('message', ({ message }) => message),
    messageHeadline: read('messageHeadline', ({ message }) => headlineOf(message)),
    messageBody: read('messageBody', ({ message }) => bodyOf(message)),
  }
}

const signerNode = ({ name, email, date }: Signer): Node => ({ name, email, date })
const headlineOf = (message: string) => message.split('\n', 1)[0] ?? ''
const bodyOf = (message: string) => message.slice(headlineOf(message).length).trim()
