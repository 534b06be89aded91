import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const src = join(import.meta.dirname, '../../src')

/** Who seals text, and what becomes of it when the secret key is changed. */
const known = {
  'commits/archive.ts': 'a link that lives for minutes and is not stored',
  'hooks/hook-options/hook-options.ts': 'hooks.secret and two of hook_options, sealed anew',
  'hooks/write-hook.ts': 'hooks.secret, sealed anew',
  'secrets/secrets.ts': 'key_pairs.private_key and secrets.value, sealed anew',
  'server/sealed-columns.ts': 'seals anew what the others sealed',
  'server/secret-key.ts': 'the probe, sealed anew',
  'server/shared-host-key.ts': 'the SSH host key of several nodes, sealed anew',
}

it('whatever is sealed is known to the rotation of the key', () => {
  const sealing = globSync('**/*.ts', { cwd: src })
    .filter((file) => !file.endsWith('.test.ts') && file !== 'lib/seal.ts')
    .filter((file) => /\.seal\(/.test(readFileSync(join(src, file), 'utf8')))
  expect(sealing.toSorted()).toEqual(Object.keys(known))
})
