import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
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

it('slipway freeze puts calendars and takes them, and deployments are overruled with a reason', {
  timeout,
}, async () => {
  const { slipway, octokit, server } = await openPlace()
  await octokit.repos.createOrUpdateEnvironment({ ...at, environment_name: 'qa/eu' })
  const here = ['-R', 'octo/hello']
  const file = join(server.data, 'team.ics')
  const days = ['DTSTART;VALUE=DATE:20200101', 'RRULE:FREQ=DAILY', 'SUMMARY:Every day']
  const event = ['BEGIN:VEVENT', ...days, 'END:VEVENT']
  writeFileSync(file, ['BEGIN:VCALENDAR', ...event, 'END:VCALENDAR', ''].join('\r\n'))
  const add = (...flags: string[]) => slipway('freeze', 'add', 'qa/eu', ...flags, ...here)
  const [team, later] = await Promise.all([
    add('team', '--calendar', file, '--time-zone', 'UTC'),
    add(
      'later',
      ...['--from', '2099-12-24T16:00', '--to', '2099-12-27T08:00'],
      '--time-zone',
      'UTC',
    ),
  ])
  expect(team).toMatchObject({ code: 0, stderr: '✓ Set the freeze team of qa/eu\n' })
  expect(team.stdout).toMatch(/^Every day\t\S+T00:00:00Z\t\S+T00:00:00Z\n/)
  expect(later.code).toBe(0)

  const made = await octokit.repos.createDeployment({
    ...{ ...at, ref: 'main', environment: 'qa/eu', auto_merge: false, required_contexts: [] },
  })
  const id = String('id' in made.data ? made.data.id : 0)
  const why = ['--reason', 'The site is down', ...here]
  const [listed, early, removed] = await Promise.all([
    slipway('freeze', 'list', 'qa/eu', '--json', 'name,frozen', ...here),
    slipway('deployment', 'overtake', id, ...why),
    slipway('freeze', 'remove', 'qa/eu', 'later', ...here),
  ])
  expect(JSON.parse(listed.stdout)).toContainEqual({ name: 'team', frozen: true })
  expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('no other deployment') })
  expect(removed.stderr).toBe('✓ Removed the freeze later of qa/eu\n')
  const broken = await slipway('deployment', 'break-glass', id, ...why)
  expect(broken.stderr).toMatch(`✓ Overruled for deployment ${id} to qa/eu`)
  const { data } = await octokit.repos.listDeploymentStatuses({ ...at, deployment_id: Number(id) })
  expect(data[0]?.description).toBe('Overruled by octo: The site is down')
})
