import type { Route } from '../auth/route.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { namePath } from '../http/name-path.ts'
import { Problem } from '../lib/problem.ts'
import { fullNameOf } from '../repositories/model.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import {
  findProtection,
  notProtected,
  protectBranch,
  unprotectBranch,
} from './branch-protection.ts'
import { branchProtectionSettings, protectionOf } from './model.ts'
import { protectionPayload } from './payload.ts'

const docsOf = (operation: string) =>
  `https://docs.github.com/rest/branches/branch-protection#${operation}-branch-protection`
const reads = { access: 'protection:read' as const, docs: docsOf('get') }
const writes = (operation: string) => ({
  access: 'protection:write' as const,
  docs: docsOf(operation),
})
const path = '/branches/:branch/protection'

export const branchProtectionRoutes: readonly Route[] = [
  ...repositoryRoute('GET', path, reads, getProtection),
  ...repositoryRoute('PUT', path, writes('update'), putProtection),
  ...repositoryRoute('DELETE', path, writes('delete'), deleteProtection),
]

const branchOf = ({ params }: RepositoryCall): string => params['branch'] ?? ''

const urlOf = ({ repository, urls }: RepositoryCall, branch: string) =>
  `${urls.api}/repos/${fullNameOf(repository)}/branches/${namePath(branch)}/protection`

async function getProtection(call: RepositoryCall): Promise<Answer> {
  const branch = await findBranch(call)
  const protection = await findProtection(call.app.store.read, call.repository.id, branch)
  if (!protection) throw notProtected()
  return ok(protectionPayload(protection, urlOf(call, branch)))
}

async function putProtection(call: RepositoryCall): Promise<Answer> {
  const settings = parseBody(call.body, branchProtectionSettings, 'ProtectedBranch')
  const branch = await findBranch(call)
  const protection = protectionOf(branch, settings)
  await protectBranch(call.app, call.repository.id, protection)
  return ok(protectionPayload(protection, urlOf(call, branch)))
}

/** Also where the branch itself is gone: its protection stays until it is taken away. */
async function deleteProtection(call: RepositoryCall): Promise<Answer> {
  await unprotectBranch(call.app, call.repository.id, branchOf(call))
  return noContent
}

async function findBranch(call: RepositoryCall): Promise<string> {
  const branch = await call.app.git.branch(call.repository.id, branchOf(call))
  if (!branch) throw new Problem('not_found', 'Branch not found')
  return branch.name
}
