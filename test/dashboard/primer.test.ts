import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { octiconsModule, primerStylesheet } from '../../scripts/primer.ts'

const root = join(import.meta.dirname, '../..')
const fileOf = (path: string) => readFileSync(join(root, path), 'utf8')

it('serves those of the colours and icons that are used, as `npm run primer` writes them', () => {
  expect(fileOf('assets/primer.css')).toBe(primerStylesheet())
  expect(fileOf('src/pages/elements/octicons.ts')).toBe(octiconsModule())
})

it('has a stylesheet of 6 KB at most', () => {
  const text = fileOf('assets/primer.css') + fileOf('assets/slipway.css')
  expect(gzipSync(text, { level: 9 }).length).toBeLessThanOrEqual(6 * 1024)
})
