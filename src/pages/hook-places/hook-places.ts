import { html } from 'ghtml'
import { z } from 'zod'
import { findBacklog } from '../../hooks/hook-options/hook-options.ts'
import { resumeHook } from '../../hooks/hooks.ts'
import type { Hook } from '../../hooks/model.ts'
import { theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { ago } from '../elements/when.ts'
import type { Page, WebAnswer } from '../web/route.ts'
import type { HookVisit } from './model.ts'
import { renderStanding } from './standing.ts'

const tabs = [
  ['settings', 'Settings'],
  ['deliveries', 'Recent deliveries'],
] as const

type Part = Omit<Page, 'kind' | 'layout'> & { readonly tab: (typeof tabs)[number][0] }

/** A page about one hook: which it is, whether it gets anything, then the page's own part. */
export async function hookFrame(
  visit: HookVisit,
  hook: Hook,
  { tab, main, ...page }: Part,
): Promise<Page> {
  const { above } = visit
  const paths = visit.pathsOf(hook)
  const links = tabs.map(
    ([name, word]) =>
      html`<a href="${paths[name]}"!${name === tab ? ' aria-current="page"' : ''}>${word}</a>`,
  )
  return await visit.frame({
    ...page,
    main: html`<nav class="crumbs" aria-label="Up"><a href="${above.path}">!${theirs(above.name)}</a><span aria-hidden="true">/</span></nav>
<h1 class="long">!${theirs(hook.url)}</h1>
!${await hookStanding(visit, hook)}
<nav class="tabs" aria-label="Pages of the webhook">!${links.join('')}</nav>
!${main}`,
  })
}

/** Whether anything is sent to a hook now, kept up to date; and a way to switch it on. */
export async function hookStanding(visit: HookVisit, hook: Hook): Promise<string> {
  const { app, formToken, live } = visit
  const [backlog, mayWrite] = await Promise.all([
    findBacklog(app.store.read, hook.id),
    visit.may('write'),
  ])
  const { resume } = visit.pathsOf(hook)
  const standing = renderStanding({ hook, backlog, resume, formToken, mayWrite, now: app.now() })
  return html`<div id="hook-standing" data-live="${live}">!${standing}</div>`
}

const backlog = z.enum(['all', 'latest', 'none']).catch('latest')

export async function switchOn(visit: HookVisit): Promise<WebAnswer> {
  const { app, holder, form } = visit
  const hook = await visit.find()
  await resumeHook(app, holder, hook.id, backlog.parse(form['backlog']))
  return { kind: 'redirect', to: visit.pathsOf(hook).deliveries }
}

/** In GitHub's words: what came of the last delivery. */
export function lastResult(hook: Hook, pausedUntil: string | null, now: Date): string {
  if (hook.disabled_at) return pill('bad', 'stop', `Switched off: ${hook.disabled_reason ?? ''}`)
  if (hook.active !== 1) return pill('past', 'circle-slash', 'Not active')
  if (pausedUntil)
    return html`!${pill('wait', 'hourglass', 'Paused')} <span class="muted">asked again !${ago(pausedUntil, now)}</span>`
  if (hook.last_status === 'unused')
    return pill('past', 'dot-fill', 'This hook has never been triggered')
  if (hook.last_status === 'active')
    return pill('good', 'check-circle-fill', 'Last delivery was successful')
  return pill('bad', 'x-circle-fill', `Last delivery failed: ${hook.last_message ?? ''}`)
}

const pill = (tone: string, picture: Parameters<typeof icon>[0], words: string) =>
  html`<span class="state ${tone}">!${icon(picture)} <span class="wrap">${words}</span></span>`
