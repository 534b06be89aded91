import { findAccount } from '../accounts/accounts.ts'
import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { findAppBySlug } from '../apps/apps.ts'
import type { GitHubApp } from '../apps/model.ts'
import { Problem } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'
import { locateRepository } from '../repositories/repositories.ts'

type Parts = Pick<App, 'store'>

export const namedAccount = ({ store }: Parts, login: string): Promise<Account> =>
  explained(findAccount(store.read, login), `There is no account ${login}`)

export const namedApp = ({ store }: Parts, slug: string): Promise<GitHubApp> =>
  explained(findAppBySlug(store.read, slug), `There is no App ${slug}; see slipway app list`)

export async function namedRepository({ store }: Parts, name: string): Promise<Repository> {
  const [owner = '', repo = ''] = name.split('/')
  const found = locateRepository(store.read, owner, repo)
  return (await explained(found, `There is no repository ${name}`)).repository
}

/** "Not Found" says nothing on a command line. */
async function explained<Found>(found: Promise<Found>, message: string): Promise<Found> {
  try {
    return await found
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'not_found') throw error
    throw new Problem('not_found', message)
  }
}
