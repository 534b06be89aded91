import { findPlace, shownOf } from '../../scripts/screenshots/table.ts'
import { organization } from '../../scripts/seed/catalogue.ts'
import { seed } from '../../scripts/seed.ts'
import { answerAdmin } from '../../src/admin/admin.ts'
import { pages } from '../../src/pages/pages.ts'
import { startServer, type TestServer } from '../support/server.ts'

const deployments = 60

/** A team's server with something on every page, and the addresses of all of them. */
export async function openSeededPlace() {
  const server = await startServer({ settings: { webhook_allow: '127.0.0.0/8' } })
  await seed(server, deployments)
  const program = await answerAdmin(server.app, {
    ...{ kind: 'create_oauth_app', name: 'Deploy board', owner: 'octo', url: null },
    ...{ callback_url: 'https://board.example.com/callback', device_flow: true },
  })
  const place = await findPlace(server.app.store, String('output' in program && program.output[0]))
  await beNasty(server)
  const all = shownOf(pages, place).filter(({ isAnonymous }) => !isAnonymous)
  // Of pages that look different at times the first will do.
  const shown = all.filter(({ path }, at) => all.findIndex((one) => one.path === path) === at)
  return { server, shown }
}

/** What somebody may write who wishes pages ill. */
async function beNasty(server: TestServer): Promise<void> {
  const octokit = await server.octokit('octo')
  for (const environment of ['<script>alert(1)</script>\u202eevil', 'x'.repeat(255)]) {
    await octokit.repos.createDeployment({
      ...{ owner: organization, repo: 'storefront', ref: 'main', required_contexts: [] },
      ...{ environment, task: environment, description: '"><img src=x onerror=alert(1)>' },
    })
  }
}
