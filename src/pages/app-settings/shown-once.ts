import { html } from 'ghtml'
import type { Account } from '../../accounts/model.ts'
import type { GitHubApp } from '../../apps/model.ts'
import type { Secret } from '../../lib/secret.ts'
import type { WithHook } from '../../manifests/manifests.ts'
import { appsFrame, settingsPathOf } from '../dashboard/owner.ts'
import type { Page, UserVisit } from '../web/route.ts'

/** The answers to forms themselves, so that no secret stands in an address or a history. */

const onceNote = html`<p class="note warning" role="status">Keep these now: they are shown this once, and kept nowhere.</p>`

export function registeredPage(visit: UserVisit, owner: Account, made: WithHook): Page {
  const { registered, clientSecret, webhookSecret, privateKey } = made
  const { slug, name, id, client_id } = registered
  return appsFrame(visit, owner, {
    title: `${name} is registered`,
    main: html`<h1><bdi>${name}</bdi> is registered</h1>
!${onceNote}
!${shownLine('App ID', String(id))}
!${shownLine('Client ID', client_id)}
!${shownLine('Client secret', clientSecret.reveal())}
!${webhookSecret === null ? '' : shownLine('Webhook secret', webhookSecret.reveal())}
!${shownKey(slug, privateKey)}
<p class="actions"><a class="button" href="${settingsPathOf(visit.params)}/apps/${slug}">Done, I have kept them</a><a class="button go" href="/apps/${slug}/installations/new">Install it</a></p>`,
  })
}

export function newKeyPage(visit: UserVisit, of: GitHubApp, owner: Account, key: Secret): Page {
  return appsFrame(visit, owner, {
    title: `A private key of ${of.name}`,
    main: html`<h1>A private key of <bdi>${of.name}</bdi></h1>
!${onceNote}
!${shownKey(of.slug, key)}
<p class="actions"><a class="button" href="${settingsPathOf(visit.params)}/apps/${of.slug}">Done, I have kept it</a></p>`,
  })
}

function shownLine(word: string, value: string): string {
  const id = word.toLowerCase().replaceAll(' ', '-')
  return html`<label for="${id}">${word}</label>
<input id="${id}" class="sha" readonly value="${value}" autocomplete="off" spellcheck="false">`
}

/** The link holds the key itself: to fetch it a second time, it would have to be kept. */
function shownKey(slug: string, key: Secret): string {
  const pem = key.reveal()
  const url = `data:application/x-pem-file;base64,${Buffer.from(pem).toString('base64')}`
  return html`<label for="private-key">Private key</label>
<textarea id="private-key" class="sha" readonly rows="8" autocomplete="off" spellcheck="false">${pem}</textarea>
<p><a class="button" href="${url}" download="${slug}.private-key.pem">Download ${slug}.private-key.pem</a></p>`
}
