import { html } from 'ghtml'
import { answerForm } from '../dashboard/form.ts'
import {
  addVariable,
  changeVariable,
  dropSecret,
  dropVariable,
  findKeptSecrets,
  findKeptVariables,
  keepSecret,
} from '../kept-values/kept-values.ts'
import { renderSecrets, renderVariables } from '../kept-values/render-values.ts'
import { assets } from '../web/assets.ts'
import type { Page, WebAnswer } from '../web/route.ts'
import { audienceIn } from './audience.ts'
import { pathOf, type ValueVisit } from './model.ts'

export const listValues = (visit: ValueVisit): Promise<Page> => listPage(visit)

async function listPage(visit: ValueVisit, refusal?: string): Promise<Page> {
  const { kept, place, settings } = visit
  const [section, { rest }] = await renderList(visit, refusal)
  const links = [
    ['secret', 'Secrets'],
    ['variable', 'Variables'],
  ].map(
    ([what, word]) =>
      html`<a href="${settings}/${what}s/actions"!${what === kept ? ' aria-current="page"' : ''}>${word}</a>`,
  )
  const order =
    place.kind === 'repository'
      ? '<p class="muted">Where several have the same name, a deployment gets the environment’s, else the repository’s, else the organization’s.</p>'
      : ''
  return await visit.frame({
    title: kept === 'secret' ? 'Secrets' : 'Variables',
    scripts: kept === 'secret' ? [assets.seal.path] : [],
    main: html`<h1>Secrets and variables</h1>
<nav class="tabs" aria-label="Secrets or variables">!${links.join('')}</nav>
!${order}!${section}!${rest}`,
  })
}

async function renderList(visit: ValueVisit, refusal: string | undefined) {
  const { app, kept, place, mayWrite, form, formToken } = visit
  const around = await visit.findAround()
  const values = {
    ...{ kind: place.kind, path: pathOf(visit), mayWrite, formToken, refusal, ...around },
    typed: refusal === undefined ? {} : form,
    now: app.now(),
  }
  const section =
    kept === 'secret'
      ? renderSecrets({ ...values, ...(await findKeptSecrets(visit, place)) })
      : renderVariables({ ...values, ...(await findKeptVariables(visit, place)) })
  return [section, around] as const
}

/** What goes well leads back to the list, where it shows. */
const change =
  (act: (visit: ValueVisit) => Promise<void>) =>
  async (visit: ValueVisit): Promise<WebAnswer> =>
    await answerForm(
      async () => {
        await act(visit)
        return `${pathOf(visit)}#${visit.kept}s`
      },
      (refusal) => listPage(visit, refusal),
    )

export const saveValue = change(async (visit) => {
  const { kept, place } = visit
  const audience = place.kind === 'organization' ? audienceIn(visit) : {}
  await (kept === 'secret' ? keepSecret : addVariable)(visit, place, audience)
})

export const dropValue = change((visit) =>
  (visit.kept === 'secret' ? dropSecret : dropVariable)(visit, visit.place),
)

export const changeInPlace = change((visit) => changeVariable(visit, visit.place))
