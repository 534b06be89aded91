import { expect, it } from 'vitest'
import { at, openPlace } from './place.ts'

/** Each starts the program several times. */
const timeout = 60_000

it('slipway can-deploy tells what is in the way, and lock and unlock put and take it', {
  timeout,
}, async () => {
  const { slipway, octokit, sha } = await openPlace()
  await octokit.repos.createOrUpdateEnvironment({ ...at, environment_name: 'qa/eu' })
  const here = ['-R', 'octo/hello']
  const ask = (...flags: string[]) =>
    slipway('can-deploy', 'qa/eu', '--ref', 'main', ...flags, ...here)
  const [open, checked] = await Promise.all([ask(), ask('--required-contexts', 'ci')])
  expect(open).toMatchObject({ code: 0, stdout: '' })
  expect(open.stderr).toBe(`✓ main (${sha.slice(0, 7)}) would be deployed to qa/eu\n`)
  expect(checked).toMatchObject({
    code: 1,
    stdout: 'wait\trequired_contexts\tChecks missing: ci\t\tci\n',
  })
  const locked = await slipway('lock', 'qa/eu', '--reason', 'Christmas', '--until', '2h', ...here)
  expect(locked.stderr).toMatch(/^✓ Locked qa\/eu until \S+Z\n$/)
  const refused = await ask()
  expect(refused.code).toBe(1)
  expect(refused.stdout).toMatch(/^wait\tlock\tLocked by octo: Christmas\t\S+Z\tocto\n$/)
  expect(refused.stderr).toMatch(/would not be deployed now/)
  const unlocked = await slipway('unlock', 'qa/eu', ...here)
  expect(unlocked.stderr).toBe('✓ Unlocked qa/eu\n')
  const json = await ask('--json', 'deployable,verdicts')
  expect(JSON.parse(json.stdout)).toEqual({ deployable: true, verdicts: [] })
})
