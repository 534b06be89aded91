import { request } from 'undici'
import { until } from '../support/program.ts'
import { type Received, startReceiver } from '../support/receiver.ts'
import { startServer } from '../support/server.ts'

const targets = { ref: 'main', environment: 'shops', auto_merge: false, required_contexts: [] }

/** What is asked of environments without rules, one after the other. The ids of a new server are known. */
const asked: readonly (readonly [string, object?])[] = [
  ['PUT /environments/qa', {}],
  ['POST /deployments', { ref: 'main' }],
  [
    'POST /deployments',
    {
      ...{ ref: 'main', task: 'deploy:web', environment: 'Staging/EU', description: 'Ünï 🚀' },
      ...{ payload: { region: 'eu', steps: [1, null] }, auto_merge: false, required_contexts: [] },
      ...{ transient_environment: false, production_environment: false },
    },
  ],
  ['POST /deployments', { ref: 'v1', environment: 'qa', payload: 'text', auto_merge: false }],
  ['POST /deployments', { ref: 'main', environment: 'review', transient_environment: true }],
  ['POST /deployments', {}],
  ['POST /deployments', { ref: 'gone' }],
  ['POST /deployments', { ref: 'main', required_contexts: ['ci'] }],
  ['POST /deployments', { ref: 'behind' }],
  ['POST /deployments/1/statuses', { state: 'queued' }],
  ['POST /deployments/1/statuses', { state: 'in_progress', description: 'Copying' }],
  [
    'POST /deployments/1/statuses',
    {
      ...{ state: 'success', log_url: 'https://ci.example/1' },
      environment_url: 'https://shop.example',
    },
  ],
  ['POST /deployments/2/statuses', { state: 'success', environment: 'qa' }],
  ['POST /deployments/3/statuses', { state: 'success' }],
  ['POST /deployments/4/statuses', { state: 'failure' }],
  ['POST /deployments/4/statuses', { state: 'inactive' }],
  ['POST /deployments/4/statuses', { state: 'waiting' }],
  ['GET /deployments'],
  ['GET /deployments?environment=qa&per_page=1'],
  ['GET /deployments/2'],
  ['GET /deployments/2/statuses'],
  ['GET /deployments/1/statuses/2'],
  ['DELETE /deployments/3'],
  ['DELETE /deployments/4'],
  ['GET /deployments/4'],
  ['GET /environments'],
  ['GET /environments/review'],
  ['POST /deployments', { ...targets, payload: { target: 'eu' } }],
  ['POST /deployments', { ...targets, payload: { target: 'us' } }],
  ['POST /deployments/5/statuses', { state: 'success' }],
  ['POST /deployments/6/statuses', { state: 'success' }],
  ['GET /deployments/5/statuses'],
]

export type Told = {
  readonly asked: string
  readonly status?: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** All of it as a client and a hook hear it: what differs from one server to the next is replaced. */
export async function tellPlainStory(): Promise<Told[]> {
  const server = await startServer({ settings: { webhook_allow: '127.0.0.0/8' } })
  await server.user('octo')
  const repository = await server.repository('octo', 'shop')
  const first = await server.commit(repository, { files: { 'a.txt': 'a' } })
  await server.commit(repository, { files: { 'a.txt': 'b' } })
  const octokit = await server.octokit('octo')
  const at = { owner: 'octo', repo: 'shop' }
  await octokit.git.createRef({ ...at, ref: 'refs/heads/behind', sha: first })
  await octokit.git.createRef({ ...at, ref: 'refs/tags/v1', sha: first })
  const { url, received } = await startReceiver()
  const config = { url, content_type: 'json', secret: 'hush' }
  const events = ['deployment', 'deployment_status']
  await octokit.repos.createWebhook({ ...at, config, events })

  const token = await server.token('octo', ['repo'])
  const tell = teller([server.url, 'http://HOST'], [token, 'TOKEN'], [url, 'http://HOOK'])
  const told: Told[] = []
  for (const [line, body] of asked) {
    const [method = 'GET', path] = line.split(' ')
    const answer = await request(`${server.apiUrl}/repos/octo/shop${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'user-agent': 'test' },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const text = await answer.body.text()
    told.push({ asked: line, status: answer.statusCode, ...tell(answer.headers, text) })
  }
  for (const { event, headers, bytes } of await heard(received, told)) {
    told.push({ asked: `hook ${event}`, ...tell(headers, bytes.toString()) })
  }
  return told
}

/** Of one deployment events come in order; of several as they like. */
async function heard(received: readonly Received[], told: readonly Told[]): Promise<Received[]> {
  const made = told.filter(({ asked, status }) => asked.startsWith('POST') && status === 201)
  const events = () => received.filter(({ event }) => event !== 'ping')
  await until(() => events().length >= made.length - quiet, 20_000)
  return events().toSorted((a, b) => deploymentIn(a) - deploymentIn(b))
}

/** `inactive` is not told (contract 2.6). */
const quiet = 1
const deploymentIn = ({ payload }: Received) => payload.deployment?.id ?? 0

const shown = [
  ...['content-type', 'location', 'link', 'etag', 'last-modified', 'cache-control', 'vary'],
  ...['x-accepted-oauth-scopes', 'x-oauth-scopes', 'x-github-media-type', 'x-github-event'],
  ...['x-github-hook-id', 'x-hub-signature', 'x-hub-signature-256', 'user-agent', 'accept'],
]

type Headers = Readonly<Record<string, string | string[] | undefined>>

/**
 * Writes down answers and deliveries. Objects of some size that were told before stand as
 * `as before`, so that the whole is short enough to be read.
 */
function teller(...replacements: readonly (readonly [string, string])[]) {
  const known = new Set<string>()
  const plain = (text: string) =>
    replacements
      .reduce((all, [from, to]) => all.replaceAll(from, to), text)
      .replaceAll(/\b127\.0\.0\.1:\d+/g, 'HOST')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
      .replaceAll(/\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT/g, 'TIME')
      .replaceAll(/\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{7})\b/g, 'HEX')

  const short = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(short)
    if (typeof value !== 'object' || value === null) return value
    const text = JSON.stringify(value)
    const isLong = text.length > 300
    if (isLong && known.has(text)) return 'as before'
    known.add(text)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, short(one)]))
  }

  return (headers: Headers, text: string) => {
    const body = text === '' ? '' : JSON.parse(text)
    if (text !== '' && JSON.stringify(body) !== text) throw new Error(`Not compact: ${text}`)
    const kept = shown.flatMap((name) =>
      headers[name] === undefined ? [] : [[name, plain(String(headers[name]))]],
    )
    const bare = body === '' ? body : JSON.parse(plain(text))
    return { headers: Object.fromEntries(kept), body: short(bare) }
  }
}
