import { html } from 'ghtml'
import type { Account } from '../../accounts/model.ts'
import { findAppBySlug } from '../../apps/apps.ts'
import type { GitHubApp } from '../../apps/model.ts'
import { permissionsIn } from '../../auth/permissions.ts'
import { installApp } from '../../installations/installations.ts'
import { notFound, Problem } from '../../lib/problem.ts'
import type { Repository } from '../../repositories/model.ts'
import {
  chosenRepositories,
  findChoosable,
  repositoryChoice,
} from '../access-forms/access-forms.ts'
import { permissionItems } from '../consent/consent.ts'
import { answerForm } from '../dashboard/form.ts'
import { alert, hiddenInputs, onwardPage } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { findPlaces } from './place.ts'

type Given = {
  readonly of: GitHubApp
  readonly places: readonly Account[]
  readonly account: Account
  readonly repositories: readonly Repository[]
}

export const showInstall = async (visit: UserVisit): Promise<WebAnswer> =>
  installForm(visit, await findGiven(visit, visit.query['account']))

/** Throws `not_found` for an App that is none, or that may not be installed by the person anywhere. */
async function findGiven(visit: UserVisit, login: string | undefined): Promise<Given> {
  const of = await findAppBySlug(visit.app.store.read, visit.params['slug'] ?? '')
  const all = await findPlaces(visit)
  const places = all.filter(({ id }) => of.public === 1 || id === of.owner_id)
  const account = login === undefined ? places[0] : places.find((one) => one.login === login)
  if (!account) throw notFound()
  return { of, places, account, repositories: await findChoosable(visit, account) }
}

export async function install(visit: UserVisit): Promise<WebAnswer> {
  const given = await findGiven(visit, visit.form['account'])
  const { of, account, repositories } = given
  const act = async () => {
    const { isForAll, chosen } = chosenRepositories(visit, repositories)
    if (!isForAll && chosen.length === 0) {
      throw new Problem('invalid', 'Choose a repository, or all of them')
    }
    const place = { account, repositories: isForAll ? ('all' as const) : chosen }
    const { id } = await installApp(visit.app, of, place)
    return of.setup_url === null
      ? `/settings/installations/${id}`
      : onwardPage(setupUrlOf(of.setup_url, id, visit.form['state']))
  }
  return await answerForm(act, async (refusal) => installForm(visit, given, refusal))
}

/** As GitHub's: the program is told which installation it is about, and what it gave the person to bring back. */
function setupUrlOf(setupUrl: string, id: number, state: string | undefined): string {
  const url = new URL(setupUrl)
  url.searchParams.set('installation_id', String(id))
  url.searchParams.set('setup_action', 'install')
  if (state !== undefined) url.searchParams.set('state', state)
  return url.href
}

function installForm(visit: UserVisit, given: Given, refusal?: string): Page {
  const { of, places, account, repositories } = given
  const isForAll = visit.form['selection'] !== 'selected'
  const state = stateIn({ ...visit.query, ...visit.form })
  const chosen = new Set((visit.formLists['repository'] ?? []).map(Number))
  return {
    kind: 'page',
    title: `Install ${of.name}`,
    main: html`!${alert(refusal)}
!${places.length > 1 ? placeForm(of, given, state) : ''}
<form class="card" method="post" action="/apps/${of.slug}/installations">
!${hiddenInputs({ form_token: visit.formToken, account: account.login, ...state })}
<p><strong>${of.name}</strong> by <strong>${of.owner.login}</strong>, on <strong>${account.login}</strong>.</p>
!${repositoryChoice({ repositories, chosen, isForAll })}
<h2>It would be able to</h2>
<ul class="plain">!${permissionItems(permissionsIn(of.permissions))}</ul>
<p class="actions"><a class="button" href="/settings/installations">Cancel</a><button class="go">Install</button></p>
</form>`,
  }
}

/** What the program that sent the person here wants to have back (GitHub: "Sharing your GitHub App"). */
const stateIn = ({ state }: UserVisit['form']): { state?: string } => (state ? { state } : {})

function placeForm(
  { slug }: GitHubApp,
  { places, account }: Pick<Given, 'places' | 'account'>,
  state: { state?: string },
): string {
  const options = places.map(
    ({ id, login }) =>
      html`<option value="${login}"!${id === account.id ? ' selected' : ''}>${login}</option>`,
  )
  return html`<form class="card" method="get" action="/apps/${slug}/installations/new">!${hiddenInputs(state)}<label for="account">Where</label>
<div class="inline"><select id="account" name="account">!${options.join('')}</select><button>Choose</button></div></form>`
}
