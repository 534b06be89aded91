import { html } from 'ghtml'
import { nameIn } from '../../holders/model.ts'
import { ensureKeyPair, findSecret, shareSecret } from '../../secrets/secrets.ts'
import { editVariable, findVariable } from '../../variables/variables.ts'
import { findChoosable } from '../access-forms/access-forms.ts'
import { answerForm } from '../dashboard/form.ts'
import { ago } from '../elements/when.ts'
import { changeVariable, keepSecret } from '../kept-values/kept-values.ts'
import { openSealing, type Row, valueToSeal } from '../kept-values/render-values.ts'
import { assets } from '../web/assets.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, WebAnswer } from '../web/route.ts'
import { audienceField, audienceIn } from './audience.ts'
import { pathOf, type ValueVisit } from './model.ts'
import { selectedOf } from './queries.ts'

export const showValue = (visit: ValueVisit): Promise<Page> => valuePage(visit)

/** One of an organisation's: another value, or other repositories, each without the other. */
async function valuePage(visit: ValueVisit, refusal?: string): Promise<Page> {
  const { app, kept } = visit
  const row = await findNamed(visit)
  const path = pathOf(visit)
  const word = kept === 'secret' ? 'Secrets' : 'Variables'
  const [value, audience] = await Promise.all([valueForm(visit, row), audienceForm(visit, row)])
  return await visit.frame({
    title: row.name,
    scripts: kept === 'secret' ? [assets.seal.path] : [],
    main: html`<nav class="crumbs" aria-label="Up"><a href="${path}">${word}</a><span aria-hidden="true">/</span></nav>
<h1 class="long"><code>${row.name}</code></h1>
<p class="muted">Updated !${ago(row.updated_at, app.now())}</p>
!${alert(refusal)}
<section><h2>Value</h2>!${value}</section>
<section><h2>Repository access</h2>!${audience}</section>`,
  })
}

type Found = Row & { readonly value: string }

/** Throws `not_found`. */
async function findNamed({ app, kept, place, params }: ValueVisit): Promise<Found> {
  const { read } = app.store
  const find = kept === 'secret' ? findSecret : findVariable
  return await find(read, await place.find(read), nameIn(params['name']))
}

async function valueForm(visit: ValueVisit, { name, value }: Found): Promise<string> {
  const { app, kept, place, formToken } = visit
  const action = `${pathOf(visit)}/${name}`
  if (kept === 'secret') {
    const pair = await ensureKeyPair(app, place)
    return html`!${openSealing({ pair, formToken }, action)}
!${valueToSeal(place.kind, 'New value', 'Nobody sees the one that is there.')}
<p class="actions"><button class="go">Save value</button></p></form>`
  }
  return html`<form class="card" method="post" action="${action}">!${hiddenInputs({ form_token: formToken })}
<label for="variable-value">Value</label><textarea id="variable-value" name="value" rows="2">${value}</textarea>
<p class="actions"><button class="go">Save value</button></p></form>`
}

async function audienceForm(visit: ValueVisit, row: Row): Promise<string> {
  const { app, kept, place, formToken } = visit
  const { read } = app.store
  const { id } = await place.find(read)
  const [selected, repositories] = await Promise.all([
    read.all(selectedOf[kept], { organization_id: id }),
    findChoosable(visit, { id }),
  ])
  const chosen = new Set(
    selected.filter(({ kept_id }) => kept_id === row.id).map((one) => String(one.id)),
  )
  const visibility = row.visibility ?? 'private'
  return html`<form class="card" method="post" action="${pathOf(visit)}/${row.name}/repositories">!${hiddenInputs({ form_token: formToken })}
!${audienceField({ repositories, visibility, chosen })}
<p class="actions"><button class="go">Save repository access</button></p></form>`
}

/** What goes well leads back to the list, where it shows. */
const change =
  (act: (visit: ValueVisit, found: Found) => Promise<void>) =>
  async (visit: ValueVisit): Promise<WebAnswer> => {
    const found = await findNamed(visit)
    return await answerForm(
      async () => {
        await act(visit, found)
        return `${pathOf(visit)}#${visit.kept}s`
      },
      (refusal) => valuePage(visit, refusal),
    )
  }

/** Who sees it stays. */
export const changeValue = change(async (visit, { name, visibility }) => {
  const { kept, place, form } = visit
  if (kept === 'variable') return await changeVariable(visit, place)
  const named = { ...visit, form: { ...form, name } }
  await keepSecret(named, place, visibility === null ? {} : { visibility })
})

export const changeAudience = change(async (visit, { name }) => {
  const { app, kept, place } = visit
  const share = kept === 'secret' ? shareSecret : editVariable
  await share(app, place, name, audienceIn(visit))
})
