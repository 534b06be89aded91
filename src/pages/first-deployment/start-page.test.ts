import { describe, expect, it } from 'vitest'
import { Secret } from '../../lib/secret.ts'
import type { UserVisit } from '../web/route.ts'
import { type Lines, pushLines, type Shell, shells, tokenLines } from './commands.ts'
import { doneSteps, type Progress } from './model.ts'
import { startPage } from './start-page.ts'

const nothing: Progress = {
  token: 'none',
  repository: undefined,
  deployment: undefined,
  branch: 'main',
}
const web = 'https://slipway.example.com:8443'
const place = { api: `${web}/api/v3`, web, login: 'octo', repository: 'hello', branch: 'main' }
const secret = new Secret('slp_secret')

const visit = {
  urls: { api: place.api, web, ssh: '' },
  session: { account: { login: 'octo' } } as UserVisit['session'],
  formToken: 'form',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
}
const pageOf = (progress: Partial<Progress>, token?: Secret) =>
  startPage(visit, { ...nothing, ...progress }, token).main

const linesFor = (all: readonly Lines[], shell: Shell) =>
  all.filter(({ for: understood }) => understood.includes(shell)).flatMap(({ lines }) => lines)

describe('the steps', () => {
  it('are done by what they leave behind, in whatever order', () => {
    expect([...doneSteps(nothing)]).toEqual([])
    expect([...doneSteps({ ...nothing, token: 'made' })]).toEqual([])
    const repository = { name: 'shop', hasPush: true }
    const some = { ...nothing, token: 'used', repository } as const
    expect([...doneSteps(some)]).toEqual(['token', 'repository', 'push'])
    const deployment = { id: 7, hasSucceeded: true }
    expect(doneSteps({ ...some, deployment }).size).toBe(5)
  })

  it('are looked at again until all of them are done', () => {
    expect(pageOf({})).toContain('data-live-poll')
    const repository = { name: 'shop', hasPush: true }
    const deployment = { id: 7, hasSucceeded: true }
    const all = pageOf({ token: 'used', repository, deployment })
    expect(all).not.toContain('data-live-poll')
    expect(all).toContain('shop is deployed')
  })

  it('go on with the repository and the deployment that are there', () => {
    const repository = { name: 'shop', hasPush: false }
    const page = pageOf({ repository, deployment: { id: 7, hasSucceeded: false } })
    expect(page).toContain('/repos/octo/shop/deployments/7/statuses')
    expect(pageOf({ repository })).not.toContain('/statuses')
  })
})

describe('the commands', () => {
  it('have what every shell needs, and each is for some shells alone', () => {
    for (const shell of shells) expect(linesFor(tokenLines(place, secret), shell)).not.toEqual([])
    expect(linesFor(tokenLines(place, secret), 'fish')).toContain(
      'set -gx SLIPWAY_TOKEN slp_secret',
    )
    expect(linesFor(pushLines(place), 'powershell').at(-1)).toBe(
      'git push "https://octo:$env:SLIPWAY_TOKEN@slipway.example.com:8443/octo/hello.git" HEAD:main',
    )
  })

  it('show a token only when it was made just now', () => {
    expect(pageOf({ token: 'made' })).not.toContain('slp_')
    expect(pageOf({ token: 'made' })).toContain('Make another token')
    const page = pageOf({ token: 'made' }, secret)
    expect(page).toContain('slp_secret')
    expect(page).not.toContain('Make another token')
  })

  it('are text in the page', () => {
    expect(pageOf({})).toContain('-d &#39;{&#34;name&#34;:&#34;hello&#34;,')
  })
})
