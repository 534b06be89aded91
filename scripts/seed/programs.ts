import { answerAdmin } from '../../src/admin/admin.ts'
import type { App } from '../../src/app.ts'
import { logins, organization, projects } from './catalogue.ts'
import type { Ask, Receivers } from './scene.ts'

/** The App that the organization has installed, and its team: as they stand in addresses. */
export const appSlug = 'release-bot'
export const teamSlug = 'on-call'

const manifestOf = ({ broken }: Receivers) => ({
  name: 'Release bot',
  url: '',
  description: 'Writes the notes of a release, once it is live',
  public: true,
  default_permissions: {
    deployments: 'write' as const,
    contents: 'read' as const,
    members: 'read' as const,
  },
  default_events: ['deployment', 'deployment_status'],
  hook_attributes: { url: broken, active: true },
})

/** Who and what else there is: a GitHub App that is installed on some repositories, and a team. */
export async function addPrograms(app: App, ask: Ask, receivers: Receivers): Promise<void> {
  const { owner } = logins
  const manifest = manifestOf(receivers)
  const making = { kind: 'create_app', owner, webhook_secret: null, manifest } as const
  const repositories = projects.slice(0, 3).map(({ name }) => `${organization}/${name}`)
  const where = { account: organization, repositories }
  for (const asked of [making, { kind: 'install_app', app: appSlug, ...where } as const]) {
    const answer = await answerAdmin(app, asked)
    if (answer.kind === 'refused') throw new Error(answer.message)
  }
  const description = 'Those who are called at night'
  await ask(owner, `POST /orgs/${organization}/teams`, { name: 'On call', description })
  const team = `/orgs/${organization}/teams/${teamSlug}`
  for (const login of logins.people) await ask(owner, `PUT ${team}/memberships/${login}`)
  for (const repository of repositories) {
    await ask(owner, `PUT ${team}/repos/${repository}`, { permission: 'push' })
  }
}
