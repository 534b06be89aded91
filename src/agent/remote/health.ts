import { type IncomingMessage, request as requestHttp } from 'node:http'
import { connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { shellQuote } from '../../lib/shell-quote.ts'
import type { Expectation, HealthCheck, Host, Probe } from '../recipe/model.ts'
import { recipeOnHost } from '../recipe/recipe.ts'
import type { Dialled } from '../ssh/model.ts'
import { filesOn, type RunContext, runRecipeStep, runScript } from './host-steps.ts'
import type { HostOutcome } from './outcome.ts'

const bodyBytesMax = 1024 * 1024
const done: HostOutcome = { kind: 'done', output: '' }

/** Every check of the recipe, one after another, each until it passes or its time is over. */
export async function checkHealth(run: RunContext, host: Host): Promise<HostOutcome> {
  for (const check of recipeOnHost(run.recipe, host).health) {
    const outcome = await passCheck(run, host, check)
    if (outcome.kind !== 'done') return outcome
    run.log(`[${host.name}] healthy: ${check.name}`)
  }
  return done
}

async function passCheck(run: RunContext, host: Host, check: HealthCheck): Promise<HostOutcome> {
  const end = performance.now() + check.withinMs
  let passed = 0
  for (;;) {
    const outcome = await tryCheck(run, host, check)
    if (outcome.kind === 'stopped' || run.signal.aborted) return { kind: 'stopped' }
    passed = outcome.kind === 'done' ? passed + 1 : 0
    if (passed >= check.successes) return done
    if (outcome.kind !== 'done') run.log(`[${host.name}] not healthy yet: ${outcome.reason}`)
    if (performance.now() + check.intervalMs > end) return unhealthy(check, outcome)
    // An abort only ends the wait; the next turn sees it.
    await sleep(check.intervalMs, null, { signal: run.signal }).catch(() => null)
  }
}

function unhealthy({ name, successes }: HealthCheck, outcome: HostOutcome): HostOutcome {
  const why = 'reason' in outcome ? outcome.reason : `did not pass ${successes} times in a row`
  return { kind: 'failed', reason: `health check "${name}" ${why}` }
}

async function tryCheck(run: RunContext, host: Host, check: HealthCheck): Promise<HostOutcome> {
  const { probe, timeoutMs } = check
  switch (probe.kind) {
    case 'http':
      return await tryHttp(run, host, { ...check, probe })
    case 'tcp': {
      if (check.via === 'agent') return await tryTcp(probe, timeoutMs)
      const script = {
        name: `health ${check.name}`,
        script: tcpScript(probe, timeoutMs),
        timeoutMs,
      }
      return asHealth(
        await runScript(run, host, script),
        `cannot connect to ${probe.host}:${probe.port}`,
      )
    }
    case 'run': {
      const folder = `${filesOn(run, host).deployTo}/releases/${run.release}`
      const step = stepOf(check, probe.run)
      return withoutName(await runRecipeStep(run, host, { step, folder }), step.name)
    }
  }
}

/** The check is named by whoever says that it failed. */
const withoutName = (outcome: HostOutcome, name: string): HostOutcome =>
  'reason' in outcome && outcome.reason.startsWith(`${name} `)
    ? { ...outcome, reason: outcome.reason.slice(name.length + 1) }
    : outcome

const stepOf = ({ name, timeoutMs }: HealthCheck, run: string) => ({
  name: `health ${name}`,
  run,
  on: 'hosts' as const,
  roles: [],
  as: null,
  dir: null,
  env: {},
  timeoutMs,
  idleTimeoutMs: timeoutMs,
  continuesOnError: false,
  retries: 0,
})

const asHealth = (outcome: HostOutcome, reason: string): HostOutcome =>
  outcome.kind === 'errored' ? { kind: 'failed', reason } : outcome

/** ssh cannot say whether a forwarded connection was made; something on the host can. */
function tcpScript({ host, port }: { host: string; port: number }, timeoutMs: number): string {
  const seconds = Math.max(1, Math.ceil(timeoutMs / 1000))
  return `host=${shellQuote(host)} port=${port}
if command -v perl >/dev/null 2>&1; then
  exec perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1], Timeout => $ARGV[2])' "$host" "$port" ${seconds}
elif command -v nc >/dev/null 2>&1; then exec nc -z -w ${seconds} "$host" "$port"
elif command -v bash >/dev/null 2>&1; then exec bash -c ': <"/dev/tcp/$0/$1"' "$host" "$port"
fi
echo "the host has neither perl nor nc nor bash to try a port with"; exit 78
`
}

async function tryTcp({ host, port }: { host: string; port: number }, timeoutMs: number) {
  const socket = connectTcp({ host, port, timeout: timeoutMs })
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('timeout', () => resolve(false))
  })
  socket.destroy()
  return isOpen ? done : failed(`cannot connect to ${host}:${port}`)
}

type HttpCheck = HealthCheck & { readonly probe: Extract<Probe, { kind: 'http' }> }

const failed = (reason: string): HostOutcome => ({ kind: 'failed', reason })

/** One GET, through the SSH connection unless the agent itself is asked to look. Redirects are answers. */
async function tryHttp(run: RunContext, host: Host, check: HttpCheck): Promise<HostOutcome> {
  const url = new URL(check.probe.url)
  const signal = AbortSignal.any([run.signal, AbortSignal.timeout(check.timeoutMs)])
  const dialled = check.via === 'host' ? await run.ssh.dial(host, addressOf(url)) : null
  const cut = () => dialled?.stream.destroy()
  signal.addEventListener('abort', cut)
  try {
    const answer = await get(url, dialled?.stream ?? null, signal)
    return mismatchOf(answer, check.probe.expect)
  } catch (error) {
    // A connection that broke: no answer is an answer here, whatever broke it.
    if (run.signal.aborted) return { kind: 'stopped' }
    if (signal.aborted) return failed(`got no answer in ${check.timeoutMs / 1000} s`)
    return failed(`got no answer: ${brokenBy(error, dialled)}`)
  } finally {
    signal.removeEventListener('abort', cut)
    cut()
  }
}

/** What ssh says about it is better than "socket hang up". */
function brokenBy(error: unknown, dialled: Dialled | null): string {
  const said = dialled?.said() ?? null
  return said ?? (error instanceof Error ? error.message : String(error))
}

const addressOf = ({ hostname, port, protocol }: URL) => ({
  host: hostname.replace(/^\[|\]$/g, ''),
  port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
})

type Answer = {
  readonly status: number
  readonly body: string
  readonly headers: IncomingMessage['headers']
}

function get(url: URL, stream: Duplex | null, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { host, port } = addressOf(url)
    const raw = () => stream ?? connectTcp(port, host)
    const connection =
      url.protocol === 'https:' ? connectTls({ socket: raw(), servername: host }) : raw()
    connection.once('error', reject)
    const request = requestHttp({
      createConnection: () => connection,
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, connection: 'close', 'user-agent': 'slipway-agent' },
      signal,
    })
    request.once('error', reject)
    request.once('response', (response) => collect(response).then(resolve, reject))
    request.end()
  })
}

async function collect(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) break
    chunks.push(chunk)
  }
  const { statusCode: status = 0, headers } = response
  return { status, headers, body: Buffer.concat(chunks).toString() }
}

/** What is wrong with an answer, in words that stand after "health check …". */
export function mismatchOf(answer: Answer, expect: Expectation): HostOutcome {
  const { status, body, headers } = answer
  const isExpected =
    expect.statuses.length > 0 ? expect.statuses.includes(status) : status >= 200 && status <= 299
  if (!isExpected) return failed(`got ${status}`)
  if (expect.bodyContains !== null && !body.includes(expect.bodyContains)) {
    return failed(`got an answer without "${expect.bodyContains}"`)
  }
  const wrong = Object.entries(expect.headers).find(
    ([name, value]) => String(headers[name.toLowerCase()] ?? '') !== value,
  )
  return wrong
    ? failed(`got the header ${wrong[0]}: ${headers[wrong[0].toLowerCase()] ?? 'none'}`)
    : done
}
