import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { faultsInBothThemes, openChromium } from '../support/chromium.ts'
import { temporaryFolder } from '../support/engines.ts'
import { serve } from '../support/program.ts'

const patience = { timeout: 30_000 }
const steps = ['token', 'repository', 'push', 'deployment', 'status'] as const

it('leads from an empty folder to a green deployment, by the link and the commands that it shows', {
  timeout: 120_000,
}, async () => {
  const server = await serve(join(temporaryFolder(), 'data'))
  const { page, complaints } = await openChromium()
  const faults: string[] = []
  const look = async () => faults.push(...(await faultsInBothThemes(page)))

  await page.goto(server.url)
  await look()
  await page.goto(/http\S+#t=\S+/.exec(server.output())?.[0] ?? '')
  await page.getByLabel('Setup token').waitFor({ state: 'hidden' })
  expect(await page.evaluate('location.href')).toBe(`${server.url}/setup`)
  await page.getByLabel('Username').fill('octo')
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: 'Create' }).click()

  await page.getByRole('button', { name: 'Make a token' }).click()
  await page.locator('#token-sh').waitFor()
  await look()
  const shell = openShell()
  for (const step of steps) await follow(page, shell, step)
  await page.getByText('hello is deployed').waitFor(patience)
  await look()
  await page.getByRole('link', { name: 'See what runs where' }).click()
  await page.locator('#grid .state.good', { hasText: 'Active' }).waitFor(patience)
  await look()
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})

/** Does what a step says, and waits for its tick. */
async function follow(page: Page, shell: ChildProcess, step: (typeof steps)[number]) {
  const commands = page.locator(`#${step}-sh`)
  shell.stdin?.write(`${await commands.textContent(patience)}\n`)
  await page.locator(`#step-${step} .state.good`).waitFor(patience)
}

/** A terminal: what one step exports, and where it goes, is there for the next. */
function openShell(): ChildProcess {
  const names = ['GIT_AUTHOR', 'GIT_COMMITTER'].flatMap((who) => [
    [`${who}_NAME`, 'Octo'],
    [`${who}_EMAIL`, 'octo@example.com'],
  ])
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', ...Object.fromEntries(names) }
  const shell = spawn('sh', ['-e'], { cwd: temporaryFolder(), env, stdio: 'pipe' })
  onTestFinished(() => void shell.kill())
  return shell
}
