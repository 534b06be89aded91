import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { until } from '../support/program.ts'
import { follow, followOnTerminal, openPlace } from './place.ts'

const deploying = ['deploy', 'octo/hello', '--ref', 'main', '-e', 'staging', '--watch']
const log_url = 'https://agent.example.com/logs/1'
const environment_url = 'https://staging.example.com'
const date = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ'

/** A way to the server that can be closed and opened again. */
async function openRoad(target: string) {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(new URL(target).port), '127.0.0.1')
    for (const socket of [near, far]) sockets.add(socket.on('error', () => {}))
    near.pipe(far).pipe(near)
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  const close = async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  await listen(0)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  onTestFinished(close)
  return { url: `http://127.0.0.1:${port}`, close, open: () => listen(port) }
}

describe('watching', () => {
  it('prints a dated line for each status and ends with 0 on success', async () => {
    const place = await openPlace()
    const watching = place.slipway(...deploying)
    const id = await place.deployed()
    await place.say(id, 'queued', { log_url })
    await place.say(id, 'in_progress', { description: 'Publishing\n1/2', log_url })
    await place.say(id, 'success', { environment_url, log_url })
    const { code, stdout } = await watching
    expect(code).toBe(0)
    const lines = [
      `${date}\tqueued`,
      `${date}\tlog_url\t${log_url}`,
      `${date}\tin_progress\tPublishing 1/2`,
      `${date}\tsuccess`,
      `${date}\tenvironment_url\t${environment_url}`,
    ]
    expect(stdout).toMatch(new RegExp(`^${lines.join('\n')}\n$`))
    expect(stdout).not.toContain('\x1b')
  })

  it.each(['failure', 'error', 'inactive'] as const)('ends with 3 on %s', async (state) => {
    const place = await openPlace()
    const watching = place.slipway(...deploying)
    await place.say(await place.deployed(), state, { description: 'web1 does not answer' })
    const { code, stdout } = await watching
    expect(code).toBe(3)
    expect(stdout).toContain(`\t${state}\tweb1 does not answer\n`)
  })

  it('ends with 0 when the deployment succeeded and was replaced since', async () => {
    const place = await openPlace()
    await place.slipway('deploy', 'octo/hello', '--ref', 'main', '-e', 'qa')
    const id = await place.deployed()
    await place.say(id, 'success')
    await place.say(id, 'inactive')
    const ran = await place.slipway('deployment', 'watch', String(id), '-R', 'octo/hello')
    expect(ran.code).toBe(0)
  })

  it('ends with 5 when the time is over, says that the deployment goes on, and can be taken up again', async () => {
    const place = await openPlace()
    const ran = await place.slipway(...deploying, '--timeout', '1s')
    const id = await place.deployed()
    expect(ran.code).toBe(5)
    expect(ran.stderr).toContain(`Deployment ${id} has not ended in time and goes on.`)
    expect(ran.stderr).toContain('Nobody has reported on it')
    const watching = place.slipway('deployment', 'watch', String(id), '-R', 'octo/hello')
    await place.say(id, 'success')
    expect((await watching).code).toBe(0)
  })

  it('prints the deployment alone on standard output with --json', async () => {
    const place = await openPlace()
    const watching = place.slipway(...deploying, '--json', 'id,environment')
    const id = await place.deployed()
    await place.say(id, 'success')
    const { stdout, stderr } = await watching
    expect(JSON.parse(stdout)).toEqual({ id, environment: 'staging' })
    expect(stderr).toContain('\tsuccess')
  })

  it('leaves at once on Ctrl-C with 2 and says that the deployment goes on', async () => {
    const place = await openPlace()
    const { child, output, ended } = follow(place, ...deploying)
    const id = await place.deployed()
    await place.say(id, 'in_progress')
    await until(() => output().includes('in_progress'))
    child.kill('SIGINT')
    expect(await ended).toBe(2)
    expect(output()).toContain(`Deployment ${id} goes on. Watch it again: slipway deployment watch`)
  })

  it('waits while the server is away', async () => {
    const place = await openPlace()
    await place.slipway('deploy', 'octo/hello', '--ref', 'main', '-e', 'qa')
    const id = await place.deployed()
    await place.say(id, 'queued')
    const road = await openRoad(place.server.url)
    const env = { ...place.env, SLIPWAY_API_URL: `${road.url}/api/v3` }
    const watch = ['deployment', 'watch', String(id), '-R', 'octo/hello']
    const { output, ended } = follow({ ...place, env }, ...watch)
    await until(() => output().includes('queued'))
    await road.close()
    await until(() => output().includes('connection refused'), 20_000)
    expect(output()).toMatch(/trying again in \d+ s/)
    await road.open()
    await place.say(id, 'success')
    expect(await ended).toBe(0)
  })

  it('shows one live line on a terminal, symbols beside colours, and gives the cursor back', async () => {
    const place = await openPlace()
    const { output, ended } = followOnTerminal(place, ...deploying)
    const id = await place.deployed()
    await place.say(id, 'in_progress', { description: 'Publishing 1/2', log_url })
    await until(() => output().includes('in_progress Publishing 1/2 ·'))
    await place.say(id, 'success', { environment_url })
    expect(await ended).toBe(0)
    expect(output()).toContain('\x1b[36m+\x1b[39m in_progress Publishing 1/2\r\n')
    expect(output()).toContain(`  Log ${log_url}\r\n`)
    expect(output()).toMatch(/✓\S* Deployed main to staging in \d+s/)
    expect(output()).toContain(`  Site ${environment_url}\r\n`)
    const [hidden, shown] = [output().lastIndexOf('\x1b[?25l'), output().lastIndexOf('\x1b[?25h')]
    expect(hidden).toBeGreaterThan(-1)
    expect(shown).toBeGreaterThan(hidden)
  })
})
