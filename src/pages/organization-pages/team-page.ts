import { html } from 'ghtml'
import { notFound } from '../../lib/problem.ts'
import { teamPermissionOf, teamPermissions } from '../../repositories/model.ts'
import type { RowOf } from '../../store/query.ts'
import { askFirst } from '../dashboard/form.ts'
import { organizationFrame } from '../dashboard/owner.ts'
import { person } from '../elements/avatar.ts'
import { theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { membersOfTeam, repositoriesOfTeam, teamsSeenBy } from './queries.ts'
import { findStanding } from './standing.ts'

type Member = RowOf<typeof membersOfTeam>
type Given = RowOf<typeof repositoriesOfTeam>

type Shown = {
  readonly path: string
  /** Owners of the organisation and maintainers of the team. */
  readonly isMaintainer: boolean
  readonly visit: UserVisit
}

export const showTeam = async (visit: UserVisit): Promise<WebAnswer> => await teamPage(visit)

/** Throws `not_found`, also for a secret team that the visitor is not in. */
export async function teamPage(visit: UserVisit, refusal?: string): Promise<Page> {
  const { organization, isOwner, base } = await findStanding(visit)
  const { read } = visit.app.store
  const viewer_id = visit.session.account_id
  const of = { organization_id: organization.id, viewer_id, isOwner: isOwner ? 1 : 0 } as const
  const team = (await read.all(teamsSeenBy, of)).find(
    ({ slug }) => slug === visit.params['team_slug'],
  )
  if (!team) throw notFound()
  const [members, given] = await Promise.all([
    read.all(membersOfTeam, { team_id: team.id }),
    read.all(repositoriesOfTeam, { team_id: team.id }),
  ])
  const own = members.find(({ id }) => id === viewer_id)
  const isMaintainer = isOwner || own?.role === 'maintainer'
  const shown = { visit, isMaintainer, path: `${base}/teams/${team.slug}` }
  return organizationFrame({ login: organization.login, isOwner }, 'teams', {
    title: team.name,
    main: html`<div class="heading"><h1>!${theirs(team.name)}</h1>!${team.privacy === 'secret' ? html`<span class="label">Secret</span>` : ''}</div>
!${team.description ? html`<p>!${theirs(team.description)}</p>` : ''}
!${alert(refusal)}
<h2>Members <span class="count">${members.length}</span></h2>
!${listed(
      members.map((one) => memberItem(shown, one)),
      'Nobody is in it yet.',
    )}
!${isMaintainer ? memberForm(shown) : ''}
<h2>Repositories <span class="count">${given.length}</span></h2>
!${listed(
      given.map((one) => repositoryItem(shown, organization.login, one)),
      'It was given none yet.',
    )}
!${isOwner ? repositoryForm(shown) : ''}
!${isMaintainer ? dangerZone(shown) : ''}`,
  })
}

const listed = (items: readonly string[], none: string) =>
  items.length === 0
    ? html`<p class="muted">${none}</p>`
    : html`<ul class="box">!${items.join('')}</ul>`

const removeForm = ({ visit }: Shown, action: string, what: string) =>
  html`<form method="post" action="${action}">!${hiddenInputs({ form_token: visit.formToken })}<button class="danger" aria-label="Remove ${what}">Remove</button></form>`

function memberItem(shown: Shown, one: Member): string {
  const action = `${shown.path}/members/${encodeURIComponent(one.login)}/remove`
  return html`<li class="row"><span>!${person(one)}</span><span class="label">!${one.role === 'maintainer' ? 'Maintainer' : 'Member'}</span>!${shown.isMaintainer ? removeForm(shown, action, one.login) : ''}</li>`
}

const memberForm = ({ visit, path }: Shown) =>
  html`<form class="inline" method="post" action="${path}/members">!${hiddenInputs({ form_token: visit.formToken })}
<input name="login" aria-label="Username" required maxlength="39" placeholder="Username" autocapitalize="none" spellcheck="false">
<select name="role" aria-label="Role"><option value="member">Member</option><option value="maintainer">Maintainer</option></select><button>Add</button></form>`

function repositoryItem(shown: Shown, owner: string, one: Given): string {
  const action = `${shown.path}/repositories/${encodeURIComponent(one.name)}/remove`
  const name = html`!${icon('repo')} <a href="/${owner}/${one.name}/deployments"><bdi>${one.name}</bdi></a>`
  return html`<li class="row"><span>!${name}</span><span class="label">${teamPermissionOf(one.rank) ?? ''}</span>!${shown.isMaintainer ? removeForm(shown, action, one.name) : ''}</li>`
}

function repositoryForm({ visit, path }: Shown): string {
  const options = teamPermissions.map(
    (one) => html`<option!${one === 'push' ? ' selected' : ''}>${one}</option>`,
  )
  return html`<form class="inline" method="post" action="${path}/repositories">!${hiddenInputs({ form_token: visit.formToken })}
<input name="name" aria-label="Repository" required placeholder="Repository" autocapitalize="none" spellcheck="false">
<select name="permission" aria-label="Permission">!${options.join('')}</select><button>Give</button></form>`
}

function dangerZone({ visit, path }: Shown): string {
  const removing = askFirst({
    ask: 'Delete',
    says: 'Its members lose what they had by it, and the teams below it go with it.',
    confirm: 'Delete this team',
    action: `${path}/delete`,
    fields: { form_token: visit.formToken },
  })
  return html`<h2>Danger zone</h2><ul class="box"><li class="row"><span>Delete this team</span>!${removing}</li></ul>`
}
