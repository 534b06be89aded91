import { html } from 'ghtml'
import type { Secret } from '../../lib/secret.ts'
import { icon } from '../elements/icon.ts'
import { assets } from '../web/assets.ts'
import { hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit } from '../web/route.ts'
import {
  deploymentLines,
  type Lines,
  ownTool,
  type Place,
  pushLines,
  repositoryLines,
  type Shell,
  shells,
  statusLines,
  tokenLines,
} from './commands.ts'
import { doneSteps, type Progress, type Step, steps, tokenDays } from './model.ts'

type Visit = Pick<UserVisit, 'urls' | 'session' | 'formToken' | 'userAgent'>

/** What the repository of a newcomer is called that has none. */
const usualName = 'hello'

/**
 * From nothing to a first deployment, in steps that tick themselves. A token that was made just now is in
 * the page, and stays there while the rest is brought up to date.
 */
export function startPage(visit: Visit, progress: Progress, token?: Secret): Page {
  const place = placeOf(visit, progress)
  const done = doneSteps(progress)
  const parts: Readonly<Record<Step, string>> = {
    token: tokenPart(visit, place, { progress, token }),
    repository: commandPart('repository', repositoryLines(place), ownTool.repository(place)),
    push: html`<p>In a project that you have already, the last line is enough.</p>!${blocks('push', pushLines(place))}`,
    deployment: commandPart('deployment', deploymentLines(place), ownTool.deployment(place)),
    status: statusPart(place, progress),
  }
  const next = steps.find((step) => !done.has(step))
  return {
    kind: 'page',
    layout: 'wide',
    scripts: [assets.copy.path],
    title: 'Your first deployment',
    main: html`<div class="heading"><h1>Your first deployment</h1></div>
<p>Paste these into a terminal, from the first to the last. Each step ticks itself when the server sees that it is done.</p>
<div class="start">
!${shellChoice(guessShell(visit.userAgent))}
<div id="progress" data-live="any"!${next ? ' data-live-poll' : ''}>
<ol class="box">
!${steps.map((step, at) => stepItem(step, { at, state: stateOf(step, { done, next }), part: parts[step] })).join('\n')}
</ol>
!${next ? '' : ending(place)}
</div>
</div>`,
  }
}

function placeOf({ urls, session }: Visit, { repository, branch }: Progress): Place {
  const { login } = session.account
  const { api, web } = urls
  return { api, web, login, repository: repository?.name ?? usualName, branch }
}

const titles: Readonly<Record<Step, string>> = {
  token: 'Make a token, and keep it in your shell',
  repository: 'Make a repository',
  push: 'Push something to it',
  deployment: 'Ask for a deployment',
  status: 'Say what became of it',
}

type State = 'done' | 'next' | 'later'

const stateOf = (
  step: Step,
  { done, next }: { done: ReadonlySet<Step>; next: Step | undefined },
): State => {
  if (done.has(step)) return 'done'
  return step === next ? 'next' : 'later'
}

const pills: Readonly<Record<State, string>> = {
  done: html`<span class="state good">!${icon('check-circle-fill')} Done</span>`,
  next: html`<span class="state busy">!${icon('sync')} Waiting to see it</span>`,
  later: html`<span class="state">!${icon('dot-fill')} Later</span>`,
}

type Item = { readonly at: number; readonly state: State; readonly part: string }

const stepItem = (step: Step, { at, state, part }: Item) => html`<li id="step-${step}">
<div class="row"><h2>${at + 1}. ${titles[step]}</h2>!${pills[state]}</div>
!${part}
</li>`

type TokenPart = { readonly progress: Progress; readonly token: Secret | undefined }

/** Left alone by what keeps the page right: asked again, the server knows the token no more. */
const tokenPart = (visit: Visit, place: Place, { progress, token }: TokenPart) =>
  html`<div id="token" data-live-keep>!${token ? newToken(place, token) : tokenForm(visit, progress)}</div>`

const newToken = (place: Place, token: Secret) =>
  html`<p>It is shown this once, and is good for ${tokenDays} days.</p>!${blocks('token', tokenLines(place, token))}`

const tokenForm = (
  { formToken }: Visit,
  { token }: Progress,
) => html`<form method="post" action="/start">
!${hiddenInputs({ form_token: formToken })}
!${token === 'none' ? '' : html`<p>You have one. If it is lost, make another.</p>`}
<button!${token === 'none' ? ' class="go"' : ''}>!${icon('key')} ${token === 'none' ? 'Make a token' : 'Make another token'}</button>
</form>`

const commandPart = (name: string, commands: readonly Lines[], own: string) =>
  html`!${blocks(name, commands)}
<details id="own-${name}"><summary>With the <code>slipway</code> command (<code>bin/slipway</code> in its folder)</summary>!${block(`${name}-own`, [own])}</details>`

function statusPart(place: Place, { deployment }: Progress): string {
  const why = html`<p>Slipway deploys nothing itself: whoever does says how it goes. Here that is you; later it is a script, an App, or <code>slipway agent</code>.</p>`
  const soon = html`<p class="muted">The command is here as soon as there is a deployment.</p>`
  if (!deployment) return why + soon
  const { id } = deployment
  return why + commandPart('status', statusLines(place, id), ownTool.status(place, id))
}

const ending = ({ login, repository }: Place) =>
  html`<p class="note" id="ending" role="status"><strong>!${icon('rocket')} ${repository} is deployed.</strong> <a href="/">See what runs where</a>, or <a href="/${login}/${repository}/deployments">what was deployed of it</a>.</p>`

/* Commands: as text that can be marked; with a button to copy it where there is JavaScript. */

const blocks = (name: string, all: readonly Lines[]) =>
  all
    .map(({ for: understood, lines }) => block(`${name}-${understood[0]}`, lines, understood))
    .join('')

const block = (id: string, lines: readonly string[], understood: readonly Shell[] = shells) =>
  html`<div class="command" data-shell="${understood.join(' ')}"><pre id="${id}">${lines.join('\n')}</pre><button type="button" data-copies="${id}" data-live-keep>Copy</button></div>`

const shellNames: Readonly<Record<Shell, string>> = {
  sh: 'bash, zsh, sh',
  fish: 'fish',
  powershell: 'PowerShell',
}

/** Radio buttons by which the style sheet chooses: nothing is loaded, and a token that is shown stays. */
const shellChoice = (chosen: Shell) => html`<fieldset class="inline"><legend>Your shell</legend>
!${shells.map((shell) => html`<label class="choice"><input type="radio" name="shell" value="${shell}"!${shell === chosen ? ' checked' : ''}> ${shellNames[shell]}</label>`).join('\n')}
</fieldset>`

const guessShell = (userAgent: string): Shell => (/Windows/.test(userAgent) ? 'powershell' : 'sh')
