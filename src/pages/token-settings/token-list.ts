import { html } from 'ghtml'
import { permissionsIn } from '../../auth/permissions.ts'
import { scopeListOf } from '../../auth/scopes.ts'
import { revokeToken } from '../../auth/tokens.ts'
import { notFound } from '../../lib/problem.ts'
import type { RowOf } from '../../store/query.ts'
import { permissionItems, scopeList } from '../consent/consent.ts'
import { askFirst } from '../dashboard/form.ts'
import { settingsFrame } from '../dashboard/settings-frame.ts'
import { theirs } from '../elements/code.ts'
import { ago } from '../elements/when.ts'
import type { UserVisit, WebAnswer } from '../web/route.ts'
import { personalTokens, repositoriesOfTokens } from './queries.ts'

type Listed = RowOf<typeof personalTokens>

export async function listTokens(visit: UserVisit): Promise<WebAnswer> {
  const of = { account_id: visit.session.account_id }
  const { read } = visit.app.store
  const [tokens, chosen] = await Promise.all([
    read.all(personalTokens, of),
    read.all(repositoriesOfTokens, of),
  ])
  const namesByToken = Map.groupBy(chosen, ({ token_id }) => token_id)
  const items = tokens.map((token) =>
    tokenItem(
      visit,
      token,
      (namesByToken.get(token.id) ?? []).map(({ name }) => name),
    ),
  )
  return settingsFrame(visit, '/settings/tokens', {
    title: 'Personal access tokens',
    main: html`<div class="heading"><h1>Personal access tokens</h1>
<a class="button" href="/settings/tokens/new">New classic token</a><a class="button go" href="/settings/personal-access-tokens/new">New fine-grained token</a></div>
<p>With a token, programs and <code>git</code> act as you. Give each its own, with no more than it needs.</p>
!${items.length === 0 ? noTokens : html`<ul class="box">!${items.join('')}</ul>`}`,
  })
}

const noTokens = html`<div class="empty"><h2>No tokens yet</h2><p>Create one to call the API, or to let <code>gh</code> and Octokit in.</p></div>`

/** One of the person's own; the deploy keys that it made go with it. Throws `not_found`. */
export async function revoke({ app, session, params }: UserVisit): Promise<WebAnswer> {
  const tokens = await app.store.read.all(personalTokens, { account_id: session.account_id })
  const token = tokens.find(({ id }) => String(id) === params['id'])
  if (!token) throw notFound()
  await revokeToken(app, token.id)
  return { kind: 'redirect', to: '/settings/tokens' }
}

function tokenItem(visit: UserVisit, token: Listed, names: readonly string[]): string {
  const now = visit.app.now()
  const { last_used_at, expires_at } = token
  const isOver = expires_at !== null && Date.parse(expires_at) <= now.getTime()
  const ends =
    expires_at === null
      ? 'does not expire'
      : html`!${isOver ? 'expired' : 'expires'} !${ago(expires_at, now)}`
  const used =
    last_used_at === null
      ? 'never used'
      : html`last used !${ago(last_used_at, now)}${whereUsed(token)}`
  const kind = token.kind === 'personal' ? 'Classic' : 'Fine-grained'
  const revoking = askFirst({
    ask: 'Revoke',
    says: html`Whoever uses <strong>!${theirs(nameOf(token))}</strong> is refused from now on. The deploy keys that it added are removed with it.`,
    confirm: 'Revoke this token',
    action: `/settings/tokens/${token.id}/revoke`,
    fields: { form_token: visit.formToken },
  })
  return html`<li class="row"><div>
<strong>!${theirs(nameOf(token))}</strong> <span class="label">${kind}</span>!${isOver ? html` <span class="label">Expired</span>` : ''} <code class="muted">…${token.last_eight}</code>
<div class="muted">Created !${ago(token.created_at, now)}, !${used}, !${ends}</div>
!${token.kind === 'personal' ? scopesOf(token) : permissionsOf(token, names)}
</div>!${revoking}</li>`
}

function whereUsed({ last_used_address: address, last_used_over: over }: Listed): string {
  if (address === null) return ''
  return ` from ${address}, ${over === 'git' ? 'by git over HTTP' : 'over the API'}`
}

const nameOf = ({ note }: Listed) => note || 'A token without a name'

function scopesOf({ scopes }: Listed): string {
  const granted = scopeListOf(scopes)
  const summary = granted.map((scope) => html`<code>${scope}</code>`).join(' ') || 'No scopes'
  return html`<details><summary>!${summary}</summary>!${scopeList(granted)}</details>`
}

const namesShown = 20

/** Where it may do what; of many repositories the first. */
function permissionsOf(token: Listed, names: readonly string[]): string {
  const owner = token.owner_login ?? ''
  const where = token.repository_selection === 'all' ? 'all repositories' : namesLine(names)
  const permissions = permissionsIn(token.permissions)
  const count = Object.keys(permissions).length
  return html`<div>For <bdi>${owner}</bdi>: !${where}</div>
<details><summary>${count} permission${count === 1 ? '' : 's'}</summary><ul class="plain">!${permissionItems(permissions)}</ul></details>`
}

function namesLine(names: readonly string[]): string {
  if (names.length === 0) return 'no repositories'
  const first = names.slice(0, namesShown).map((name) => html`<bdi>${name}</bdi>`)
  const more = names.length - first.length
  return first.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
