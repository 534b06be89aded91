import type { Answer } from '../http/answer.ts'
import { notFound } from '../lib/problem.ts'
import type { RepositoryCall } from '../repositories/repositories.ts'
import { getContent, locate } from './contents.ts'

/** Where GitHub looks for one, and in which order ("About READMEs"). */
const folders = ['.github', '', 'docs']
const readmeName = /^readme(\.[\w.-]+)?$/i

/** The README, as the file that it is. */
export async function getReadme(call: RepositoryCall): Promise<Answer> {
  const { sha } = await locate(call)
  for (const folder of folders) {
    const path = await findReadme(call, sha, folder)
    if (path) return await getContent({ ...call, params: { ...call.params, '*': path } })
  }
  throw notFound()
}

async function findReadme({ app, repository }: RepositoryCall, sha: string, folder: string) {
  const { git } = app
  const place = folder === '' ? { sha, type: 'tree' } : await git.entry(repository.id, sha, folder)
  if (place?.type !== 'tree') return undefined
  const tree = await git.tree(repository.id, { sha: place.sha })
  const found = tree?.entries.find(({ path, type }) => type === 'blob' && readmeName.test(path))
  return found && (folder === '' ? found.path : `${folder}/${found.path}`)
}
