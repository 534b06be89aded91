import { z } from 'zod'
import { recordAudit } from '../audit/audit.ts'
import type { Route } from '../auth/route.ts'
import { type Answer, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import type { Db } from '../store/engine.ts'
import { doNeutralChecksPass, letNeutralChecksPass } from './checks.ts'

const docs = 'https://docs.github.com/rest/repos/repos'

/** What GitHub's repositories have no setting for. */
export const checkSettingRoutes: readonly Route[] = [
  ...repositoryRoute('GET', '/settings', { access: 'metadata', docs }, getSettings),
  ...repositoryRoute('PATCH', '/settings', { access: 'metadata:admin', docs }, patchSettings),
]

const settingsEdit = z.strictObject({ neutral_checks_pass: z.boolean().optional() })

async function getSettings({ app, repository }: RepositoryCall): Promise<Answer> {
  return ok(await settingsPayload(app.store.read, repository.id))
}

async function patchSettings({ app, repository, body }: RepositoryCall): Promise<Answer> {
  const { neutral_checks_pass } = parseBody(body, settingsEdit, 'Repository')
  return await app.store.transaction(async (tx) => {
    if (neutral_checks_pass !== undefined) {
      await letNeutralChecksPass(tx, repository.id, neutral_checks_pass)
      const line = { action: 'repository.settings', repository_id: repository.id }
      await recordAudit(app, tx, { ...line, after: { neutral_checks_pass } })
    }
    return ok(await settingsPayload(tx, repository.id))
  }, repository.id)
}

const settingsPayload = async (db: Db, repositoryId: number) => ({
  neutral_checks_pass: await doNeutralChecksPass(db, repositoryId),
})
