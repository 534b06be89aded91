import { columns, query } from '../../src/store/query.ts'
import type { EngineName } from '../support/engines.ts'
import { behindHttps, httpsFront } from '../support/https.ts'
import { atHome } from '../support/installed.ts'
import { startProbot } from '../support/probot.ts'
import { startServer } from '../support/server.ts'
import { actsAt, openGatedPlace } from './gated-place.ts'

type Reviewer = 'mona' | 'hubot'

/**
 * The gated place with everybody who has a say about a deployment: reviewers by `gh`, an App
 * by Probot that scans what is to go and reports how it went.
 */
export async function openStoryPlace(engine: EngineName) {
  const settings = { ...behindHttps, webhook_allow: '127.0.0.0/8' }
  const place = await openGatedPlace(engine, settings)
  let { server } = place
  const gh = await openGh({ current: () => server }, place.tokens)
  const heard: string[] = []
  let callback = ''
  const wanted = {
    name: 'scanner',
    owner: 'acme',
    events: ['deployment', 'deployment_review', 'deployment_protection_rule'],
  }
  const scanner = await startProbot(server, wanted, (app) => {
    app.onAny(async ({ name, payload }) => {
      if ('action' in payload) heard.push(`${name} ${payload.action}`)
    })
    app.on('deployment_protection_rule.requested', async ({ payload, octokit }) => {
      callback = new URL(payload.deployment_callback_url ?? '').pathname.replace('/api/v3', '')
      const environment_name = payload.environment ?? ''
      await octokit.request(`POST ${callback}`, { environment_name, comment: 'Scanning' })
    })
    app.on('deployment.created', async (context) => {
      const deployment_id = context.payload.deployment.id
      const status = { deployment_id, state: 'success', description: 'Deployed' } as const
      await context.octokit.rest.repos.createDeploymentStatus(context.repo(status))
    })
  })
  let { octokit } = scanner

  /** The server ends and starts anew, with what it had; the App has to find it again. */
  async function restart() {
    await server.stop()
    server = await startServer({ settings: { ...place.settings, data: server.data } })
    octokit = await scanner.follow(server)
    return actsAt(server, place)
  }

  /** What the App says when its scan is over, to where the request told it. */
  const decide = (state: 'approved' | 'rejected', comment: string) =>
    octokit.request(`POST ${callback}`, { environment_name: 'production', state, comment })

  /** As if it had been held so much earlier: Apps and hooks go by the clock of all, which stays. */
  async function age(deployment_id: number, minutes: number): Promise<void> {
    const held_at = new Date(Date.now() - minutes * 60_000).toISOString()
    const { store, signals, now } = server.app
    const due_at = now().toISOString()
    await store.transaction((tx) => tx.all(holdEarlier, { deployment_id, held_at, due_at }))
    signals.emit('holds')
  }

  return { ...place, age, heard, gh, scannerId: scanner.id, restart, decide }
}

const holdEarlier = query((db, p: { deployment_id: number; held_at: string; due_at: string }) =>
  db
    .updateTable('held_deployments')
    .set(columns(p, ['held_at', 'due_at']))
    .where('deployment_id', '=', p.deployment_id),
)

/** Debian's `gh`, signed in by its variables; what it prints, or how it complains. */
async function openGh(
  { current }: { readonly current: () => { readonly url: string } },
  tokens: Readonly<Record<Reviewer, string>>,
) {
  const front = await httpsFront({
    get url() {
      return current().url
    },
  })
  const { run } = atHome('gh', { ...front.env, GH_HOST: front.host, GH_PROMPT_DISABLED: '1' })
  return async (who: Reviewer, line: string, body?: object) => {
    const input = body ? { input: JSON.stringify(body) } : {}
    const args = [...line.split(' '), ...(body ? ['--input', '-'] : [])]
    const ran = await run(args, { env: { GH_ENTERPRISE_TOKEN: tokens[who] }, ...input })
    return `${ran.stdout}${ran.stderr}`.trim()
  }
}
