import { columns, query } from '../store/query.ts'
import type { EnvironmentRow, EnvironmentRuleRow } from '../tables/environments.ts'

type Name = { repository_id: number; name_key: string }

export const environmentByName = query((db, p: Name) =>
  db
    .selectFrom('environments')
    .selectAll()
    .where('repository_id', '=', p.repository_id)
    .where('name_key', '=', p.name_key),
)

type NewEnvironment = Omit<
  EnvironmentRow,
  'id' | 'can_admins_bypass' | 'branch_policy' | 'required_approvals' | 'pinned_at'
>

export const insertEnvironment = query((db, p: NewEnvironment) =>
  db
    .insertInto('environments')
    .values(columns(p, ['repository_id', 'name', 'name_key', 'created_at', 'updated_at']))
    .returningAll(),
)

type Settings = Pick<EnvironmentRow, 'id' | 'can_admins_bypass' | 'branch_policy' | 'updated_at'>

export const updateEnvironment = query((db, p: Settings) =>
  db
    .updateTable('environments')
    .set(columns(p, ['can_admins_bypass', 'branch_policy', 'updated_at']))
    .where('id', '=', p.id)
    .returningAll(),
)

export const updateApprovals = query(
  (db, p: Pick<EnvironmentRow, 'id' | 'required_approvals' | 'updated_at'>) =>
    db
      .updateTable('environments')
      .set(columns(p, ['required_approvals', 'updated_at']))
      .where('id', '=', p.id)
      .returningAll(),
)

export const deleteEnvironment = query((db, p: Name) =>
  db
    .deleteFrom('environments')
    .where('repository_id', '=', p.repository_id)
    .where('name_key', '=', p.name_key)
    .returning(['id', 'repository_id', 'name']),
)

export const environmentsOf = query(
  (db, p: { repository_id: number; limit: number; offset: number }) =>
    db
      .selectFrom('environments')
      .selectAll()
      .where('repository_id', '=', p.repository_id)
      .orderBy('id')
      .limit(p.limit)
      .offset(p.offset),
)

export const countEnvironments = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('environments')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('repository_id', '=', p.repository_id),
)

/** The rules of a run of the repository's environments, each once for each of its reviewers. */
export const rulesOf = query(
  (db, p: { repository_id: number; first_id: number; last_id: number }) =>
    db
      .selectFrom('environment_rules')
      .innerJoin('environments', 'environments.id', 'environment_rules.environment_id')
      .leftJoin('environment_reviewers', 'environment_reviewers.rule_id', 'environment_rules.id')
      .leftJoin('accounts', 'accounts.id', 'environment_reviewers.account_id')
      .selectAll('environment_rules')
      .select([
        'accounts.id as reviewer_id',
        'accounts.login as reviewer_login',
        'accounts.type as reviewer_type',
        'accounts.site_admin as reviewer_site_admin',
        'environment_reviewers.team_id as reviewer_team_id',
      ])
      .where('environments.repository_id', '=', p.repository_id)
      .where('environments.id', '>=', p.first_id)
      .where('environments.id', '<=', p.last_id)
      .orderBy('environment_rules.id')
      .orderBy('environment_reviewers.position'),
)

/** People who may review, each once: by name, and as members of teams as they are now. */
export const countReviewingPeople = query((db, p: { environment_id: number }) => {
  const asked = db
    .selectFrom('environment_rules')
    .innerJoin('environment_reviewers', 'environment_reviewers.rule_id', 'environment_rules.id')
    .where('environment_rules.environment_id', '=', p.environment_id)
  return db
    .selectFrom('accounts')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where((either) =>
      either.or([
        either('id', 'in', asked.select('environment_reviewers.account_id')),
        either(
          'id',
          'in',
          asked
            .innerJoin('team_members', 'team_members.team_id', 'environment_reviewers.team_id')
            .select('team_members.account_id'),
        ),
      ]),
    )
})

export const insertRule = query((db, p: Omit<EnvironmentRuleRow, 'id'>) =>
  db
    .insertInto('environment_rules')
    .values(columns(p, ['environment_id', 'type', 'wait_timer', 'prevent_self_review']))
    .returning('id'),
)

export const insertReviewer = query(
  (
    db,
    p: { rule_id: number; position: number; account_id: number | null; team_id: number | null },
  ) =>
    db
      .insertInto('environment_reviewers')
      .values(columns(p, ['rule_id', 'position', 'account_id', 'team_id'])),
)

export const deleteRule = query((db, p: { id: number }) =>
  db.deleteFrom('environment_rules').where('id', '=', p.id),
)
