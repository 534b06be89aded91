import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/engines.ts'

const launcher = join(import.meta.dirname, '../../bin/node')

/** Who runs a program where the Node on the path is of this version. */
function runnerBeside(version: string): string {
  const folder = temporaryFolder()
  const fake = `#!/bin/sh\n[ "$1" = --version ] && echo ${version} || echo the one on the path\n`
  writeFileSync(join(folder, 'node'), fake, { mode: 0o755 })
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` }
  return execFileSync('sh', [launcher, '-p', '"ours"'], { env, encoding: 'utf8' }).trim()
}

it('the Node on the path runs it if it can do all that is asked of it, else the one that npm brought', () => {
  for (const version of ['v20.20.2', 'v24.0.0', 'v24.9.1']) {
    expect(runnerBeside(version)).toBe('ours')
  }
  for (const version of ['v24.10.0', 'v24.21.0', 'v25.0.0']) {
    expect(runnerBeside(version)).toBe('the one on the path')
  }
})
