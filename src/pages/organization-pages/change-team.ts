import { askApi } from '../api-calls/api-calls.ts'
import { answerForm } from '../dashboard/form.ts'
import type { UserVisit, WebAnswer } from '../web/route.ts'
import { findStanding } from './standing.ts'
import { teamPage } from './team-page.ts'

const membership = '/orgs/:org/teams/:team_slug/memberships/:username'
const repository = '/orgs/:org/teams/:team_slug/repos/:owner/:repo'

type Ask = Parameters<typeof askApi>

/** Asks the API, then shows the team as it is now. */
async function change(visit: UserVisit, ...[method, path, asked]: Tail<Ask>): Promise<WebAnswer> {
  const { base } = await findStanding(visit)
  const act = async () => {
    await askApi(visit, method, path, asked)
    return `${base}/teams/${encodeURIComponent(visit.params['team_slug'] ?? '')}`
  }
  return await answerForm(act, (refusal) => teamPage(visit, refusal))
}

type Tail<T extends unknown[]> = T extends [unknown, ...infer Rest] ? Rest : never

export function putTeamMember(visit: UserVisit): Promise<WebAnswer> {
  const { login = '', role } = visit.form
  const params = { ...visit.params, username: login.trim() }
  return change(visit, 'PUT', membership, {
    params,
    body: { role },
    absent: `There is no user ${login}`,
  })
}

export const removeTeamMember = (visit: UserVisit): Promise<WebAnswer> =>
  change(visit, 'DELETE', membership)

export function addRepository(visit: UserVisit): Promise<WebAnswer> {
  const { name = '', permission } = visit.form
  const params = { ...visit.params, owner: visit.params['org'] ?? '', repo: name.trim() }
  return change(visit, 'PUT', repository, {
    params,
    body: { permission },
    absent: `There is no repository ${name} in ${params.owner}`,
  })
}

export const removeRepository = (visit: UserVisit): Promise<WebAnswer> =>
  change(visit, 'DELETE', repository, {
    params: { ...visit.params, owner: visit.params['org'] ?? '' },
  })

/** What it was given goes with it, and the teams below it. */
export async function deleteTeam(visit: UserVisit): Promise<WebAnswer> {
  const { base } = await findStanding(visit)
  await askApi(visit, 'DELETE', '/orgs/:org/teams/:team_slug')
  return { kind: 'redirect', to: `${base}/teams` }
}
