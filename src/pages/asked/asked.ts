import { type SqlBool, sql } from 'kysely'
import { teamRank } from '../../repositories/model.ts'
import type { Db } from '../../store/engine.ts'
import { query } from '../../store/query.ts'

type Viewer = { readonly viewer_id: number }

/**
 * For a query about `held` and its `deployments`: a rule of the environment names the viewer, or a team that they are in, and
 * they have not approved yet.
 */
export const asksViewer = (p: Viewer) => sql<number>`case when exists (
  select 1 from environment_rules
  inner join environment_reviewers on environment_reviewers.rule_id = environment_rules.id
  where environment_rules.environment_id = held.environment_id
    and environment_rules.type = 'required_reviewers'
    and (environment_rules.prevent_self_review = 0
      or coalesce(deployments.creator_id, 0) <> ${p.viewer_id})
    and (environment_reviewers.account_id = ${p.viewer_id}
      or environment_reviewers.team_id in (
        select team_ancestors.ancestor_id from team_members
        inner join team_ancestors on team_ancestors.team_id = team_members.team_id
        where team_members.account_id = ${p.viewer_id}))
) and not exists (
  select 1 from deployment_reviews
  where deployment_reviews.deployment_id = held.deployment_id
    and deployment_reviews.account_id = ${p.viewer_id}
    and deployment_reviews.binding = held.binding
    and deployment_reviews.state = 'approved'
) then 1 else 0 end`

/** For a query about `repositories`: one that is the viewer's in some way, not merely public. */
export const standsThere = (p: Viewer) => sql<SqlBool>`(repositories.owner_id = ${p.viewer_id}
  or exists (select 1 from memberships where memberships.organization_id = repositories.owner_id
    and memberships.account_id = ${p.viewer_id})
  or exists (select 1 from collaborators where collaborators.repository_id = repositories.id
    and collaborators.account_id = ${p.viewer_id})
  or ${teamRank(sql`${p.viewer_id}`, sql.ref('repositories.id'))} is not null)`

const countAskedOf = query((db, p: Viewer) =>
  db
    .selectFrom('held_deployments as held')
    .innerJoin('deployments', 'deployments.id', 'held.deployment_id')
    .innerJoin('repositories', 'repositories.id', 'held.repository_id')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where(asksViewer(p), '=', 1)
    .where(({ or, eb }) => or([standsThere(p), eb('repositories.private', '=', 0)])),
)

/** How many deployments wait for somebody's review, over all repositories; what they may not see is not counted. */
export const countAsked = async (db: Db, viewer_id: number): Promise<number> =>
  Number((await db.first(countAskedOf, { viewer_id }))?.count ?? 0)
