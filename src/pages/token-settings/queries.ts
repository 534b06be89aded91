import { query } from '../../store/query.ts'

const listedMax = 1000

/** What the account made for itself, the newest first, with whose things each is for. */
export const personalTokens = query((db, p: { account_id: number }) =>
  db
    .selectFrom('tokens')
    .leftJoin('accounts', 'accounts.id', 'tokens.resource_owner_id')
    .selectAll('tokens')
    .select('accounts.login as owner_login')
    .where('tokens.account_id', '=', p.account_id)
    .where('tokens.kind', 'in', ['personal', 'fine-grained'])
    .where('tokens.impersonation', '=', 0)
    .orderBy('tokens.id', 'desc')
    .limit(listedMax),
)

/** The repositories of all of them, in one question. */
export const repositoriesOfTokens = query((db, p: { account_id: number }) =>
  db
    .selectFrom('token_repositories')
    .innerJoin('tokens', 'tokens.id', 'token_repositories.token_id')
    .innerJoin('repositories', 'repositories.id', 'token_repositories.repository_id')
    .select(['tokens.id as token_id', 'repositories.name'])
    .where('tokens.account_id', '=', p.account_id)
    .where('tokens.kind', '=', 'fine-grained')
    .orderBy('repositories.name_key')
    .limit(listedMax),
)
