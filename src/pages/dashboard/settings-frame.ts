import { html } from 'ghtml'
import { type IconName, icon } from '../elements/icon.ts'
import type { Page, UserVisit } from '../web/route.ts'

type Group = {
  readonly title: string
  readonly links: readonly (readonly [path: string, word: string, picture: IconName])[]
}

const own: readonly Group[] = [
  {
    title: 'Access',
    links: [
      ['/settings/tokens', 'Personal access tokens', 'key'],
      ['/settings/sessions', 'Sessions', 'server'],
      ['/settings/password', 'Password', 'lock'],
      ['/settings/applications', 'Authorized applications', 'check'],
      ['/settings/installations', 'Installed GitHub Apps', 'pin'],
      ['/settings/organizations', 'Organizations', 'organization'],
    ],
  },
  {
    title: 'Developer settings',
    links: [
      ['/settings/developers', 'OAuth apps', 'person'],
      ['/settings/apps', 'GitHub Apps', 'gear'],
    ],
  },
]

const administration: Group = {
  title: 'Site administration',
  links: [
    ['/admin/users', 'Users', 'people'],
    ['/admin/organizations', 'All organizations', 'organization'],
    ['/admin/audit', 'Audit log', 'history'],
  ],
}

type Shown = Omit<Page, 'kind' | 'layout'>

/** A wide page of somebody's settings, beside a menu of the others; site administrators have more of them. */
export function settingsFrame(visit: UserVisit, current: string, page: Shown): Page {
  const groups = visit.session.account.site_admin === 1 ? [...own, administration] : own
  return {
    ...page,
    kind: 'page',
    layout: 'wide',
    main: html`<div class="columns">
<nav class="side topics" aria-label="Settings">!${groups.map((group) => menuGroup(group, current)).join('')}</nav>
<div>!${page.main}</div>
</div>`,
  }
}

function menuGroup({ title, links }: Group, current: string): string {
  const items = links.map(
    ([path, word, picture]) =>
      html`<a href="${path}"!${path === current ? ' aria-current="page"' : ''}>!${icon(picture)} ${word}</a>`,
  )
  return html`<strong class="small">${title}</strong>!${items.join('')}`
}
