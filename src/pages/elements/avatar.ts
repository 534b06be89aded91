import { hash } from 'node:crypto'
import { html } from 'ghtml'

type Pictured = { readonly id: number; readonly login: string }

/** Beside the login, which is read out instead. */
export const avatar = ({ id }: Pick<Pictured, 'id'>): string =>
  html`<img class="avatar" src="/assets/avatars/${id}" alt="" width="20" height="20" loading="lazy">`

/** A person, an organisation or a bot: picture and login. */
export const person = (account: Pictured | null): string =>
  account === null ? 'ghost' : html`!${avatar(account)} ${account.login}`

/** The same, and the App through which they did it, if any. */
export const personWith = (account: Pictured | null, appName: string | null): string =>
  appName === null ? person(account) : html`!${person(account)} with <bdi>${appName}</bdi>`

/** Everybody has a picture without sending one: five columns by five rows, the right half mirroring the left. */
export function avatarSvg(id: number): string {
  const bits = Buffer.from(hash('sha256', `avatar ${id}`, 'hex'), 'hex')
  const hue = ((bits[0] ?? 0) * 360) / 256
  const cells = Array.from({ length: 25 }, (_, at) => ({ x: at % 5, y: Math.floor(at / 5) }))
    .filter(({ x, y }) => (bits[1 + y * 3 + Math.min(x, 4 - x)] ?? 0) % 2 === 1)
    .map(({ x, y }) => `M${x + 1} ${y + 1}h1v1h-1z`)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 7 7"><path fill="#f0f0f0" d="M0 0h7v7H0z"/><path fill="hsl(${Math.round(hue)} 45% 50%)" d="${cells.join('')}"/></svg>\n`
}
