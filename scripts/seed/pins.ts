import { findAccount } from '../../src/accounts/accounts.ts'
import type { App } from '../../src/app.ts'
import { findEnvironment } from '../../src/environments/environments.ts'
import { pinEnvironment, pinRepository } from '../../src/pins/pins.ts'
import { locateRepository } from '../../src/repositories/repositories.ts'
import { logins, organization } from './catalogue.ts'

/** What the owner wants to see first, and what everybody sees first. */
export async function pinSome(app: App): Promise<void> {
  const { read } = app.store
  const account = await findAccount(read, logins.owner)
  const { repository } = await locateRepository(read, organization, 'storefront')
  await pinRepository(app, { account, repository })
  for (const name of ['production', 'staging']) {
    const { id } = await findEnvironment(read, repository.id, name)
    await pinEnvironment(app, { repository, environmentId: id })
  }
}
