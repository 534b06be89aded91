import { html } from 'ghtml'
import type { Account } from '../../accounts/model.ts'
import { parsePermissions } from '../../auth/permissions.ts'
import { createFineGrainedToken } from '../../fine-grained-tokens/fine-grained-tokens.ts'
import { notFound } from '../../lib/problem.ts'
import { findOrganizations } from '../../organizations/organizations.ts'
import type { Repository } from '../../repositories/model.ts'
import {
  chosenPermissions,
  chosenRepositories,
  findChoosable,
  permissionMatrix,
  repositoryChoice,
} from '../access-forms/access-forms.ts'
import { answerForm } from '../dashboard/form.ts'
import { settingsFrame } from '../dashboard/settings-frame.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { defaultLifetime, lifetimeSelect, parseLifetime } from './lifetime.ts'
import { newTokenPage, noteInput, parseNote } from './new-token-page.ts'

type Given = {
  readonly owners: readonly Account[]
  readonly owner: Account
  readonly repositories: readonly Repository[]
}

const path = '/settings/personal-access-tokens'

export async function showFineGrainedForm(visit: UserVisit): Promise<WebAnswer> {
  return fineGrainedForm(visit, await findGiven(visit, visit.query['owner']))
}

export async function createFineGrained(visit: UserVisit): Promise<WebAnswer> {
  const { app, form, session } = visit
  const given = await findGiven(visit, form['owner'])
  const act = async () => {
    const note = parseNote(form['note'])
    const asked = Object.entries(chosenPermissions(form)).map((pair) => pair.join('='))
    const wanted = {
      account: session.account,
      owner: given.owner,
      note,
      permissions: parsePermissions(asked),
      expires_at: parseLifetime(form['lifetime'], app.now()),
      ...chosenRepositories(visit, given.repositories),
    }
    return newTokenPage(visit, await createFineGrainedToken(app, wanted))
  }
  return await answerForm(act, async (refusal) => fineGrainedForm(visit, given, refusal))
}

/** Throws `not_found` for an owner who is neither the person nor an organisation of theirs. */
async function findGiven(visit: UserVisit, login: string | undefined): Promise<Given> {
  const { account } = visit.session
  const owners = [account, ...(await findOrganizations(visit.app.store.read, account))]
  const key = (login ?? account.login).toLowerCase()
  const owner = owners.find(({ login_key }) => login_key === key)
  if (!owner) throw notFound()
  return { owners, owner, repositories: await findChoosable(visit, owner) }
}

/** With what was typed, where it was refused; without a script, another owner is another page. */
function fineGrainedForm(
  visit: UserVisit,
  { owners, owner, repositories }: Given,
  refusal?: string,
): Page {
  const { form, formLists, formToken } = visit
  const options = owners.map(
    ({ login, id }) =>
      html`<option value="${login}"!${id === owner.id ? ' selected' : ''}>${login}</option>`,
  )
  const permissions = chosenPermissions(form)
  const isOrganization = owner.type === 'Organization'
  const chosen = new Set((formLists['repository'] ?? []).map(Number))
  return settingsFrame(visit, '/settings/tokens', {
    title: 'New fine-grained personal access token',
    main: html`<h1>New fine-grained personal access token</h1>
<p>It reaches what one owner has, as far as you may yourself and no further.</p>
!${alert(refusal)}
<form method="get" action="${path}/new"><label for="choose-owner">Resource owner</label>
<div class="inline"><select id="choose-owner" name="owner">!${options.join('')}</select><button>Choose</button></div></form>
<form method="post" action="${path}">
!${hiddenInputs({ form_token: formToken, owner: owner.login })}
<h2>A token for what <strong>${owner.login}</strong> has</h2>
!${noteInput(form['note'] ?? '')}
!${lifetimeSelect(form['lifetime'] ?? defaultLifetime)}
!${repositoryChoice({ repositories, chosen, isForAll: form['selection'] === 'all' })}
!${permissionMatrix(permissions, 'repositories')}
!${isOrganization ? permissionMatrix(permissions, 'organizations') : ''}
<p class="actions"><a class="button" href="/settings/tokens">Cancel</a><button class="go">Create token</button></p>
</form>`,
  })
}
