import { html } from 'ghtml'
import type { RowOf } from '../../store/query.ts'
import { askApi } from '../api-calls/api-calls.ts'
import { answerForm } from '../dashboard/form.ts'
import { organizationFrame } from '../dashboard/owner.ts'
import { theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { teamsSeenBy } from './queries.ts'
import { findStanding, type Standing } from './standing.ts'

export const showTeams = async (visit: UserVisit): Promise<WebAnswer> =>
  await teamsPage(visit, await findStanding(visit))

export async function createTeam(visit: UserVisit): Promise<WebAnswer> {
  const standing = await findStanding(visit)
  const { name, description, privacy } = visit.form
  const act = async () => {
    await askApi(visit, 'POST', '/orgs/:org/teams', { body: { name, description, privacy } })
    return `${standing.base}/teams`
  }
  return await answerForm(act, (refusal) => teamsPage(visit, standing, refusal))
}

async function teamsPage(visit: UserVisit, standing: Standing, refusal?: string): Promise<Page> {
  const { organization, isOwner, base } = standing
  const teams = await visit.app.store.read.all(teamsSeenBy, {
    organization_id: organization.id,
    viewer_id: visit.session.account_id,
    isOwner: isOwner ? 1 : 0,
  })
  const none = html`<div class="empty"><h2>No teams yet</h2><p>A team is given repositories, and reviews deployments as one.</p></div>`
  return organizationFrame({ login: organization.login, isOwner }, 'teams', {
    title: 'Teams',
    main: html`<div class="heading"><h1>Teams <span class="count">${teams.length}</span></h1></div>
!${alert(refusal)}
!${teams.length === 0 ? none : html`<ul class="box">!${teams.map((team) => teamItem(team, base)).join('')}</ul>`}
<h2>New team</h2>
!${newTeamForm(visit, base)}`,
  })
}

const teamItem = (team: RowOf<typeof teamsSeenBy>, base: string) =>
  html`<li class="row"><div>!${icon('people')} <a href="${base}/teams/${team.slug}"><strong>!${theirs(team.name)}</strong></a>!${team.privacy === 'secret' ? html` <span class="label">Secret</span>` : ''}
!${team.description ? html`<div class="muted">!${theirs(team.description)}</div>` : ''}</div>
<span class="muted">${team.members_count} member${Number(team.members_count) === 1 ? '' : 's'}</span></li>`

/** Every member may make one, as on GitHub. */
const newTeamForm = ({ form, formToken }: UserVisit, base: string) =>
  html`<form class="card" method="post" action="${base}/teams">!${hiddenInputs({ form_token: formToken })}
<label for="name">Name</label>
<input id="name" name="name" required maxlength="255" value="${form['name'] ?? ''}">
<label for="description">Description <span class="muted">optional</span></label>
<input id="description" name="description" maxlength="1000" value="${form['description'] ?? ''}">
<label for="privacy">Who knows of it</label>
<select id="privacy" name="privacy"><option value="closed">Everybody in the organization</option><option value="secret">Its members and the owners</option></select>
<button class="go">Create team</button></form>`
