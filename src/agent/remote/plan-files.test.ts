import { expect, it } from 'vitest'
import type { Files } from '../recipe/model.ts'
import { type FilesPlan, finishScript, prepareScript, publishScript } from './plan-files.ts'

const files: Files = {
  kind: 'files',
  deployTo: "/srv/it's",
  current: 'www/current',
  sharedDirs: [],
  sharedFiles: [],
  keepReleases: 5,
  transfer: 'archive',
  activate: 'symlink',
}
const plan: FilesPlan = { files, deploymentId: 42, release: '42-4b9ea94', sha: '4b9ea94' }

it('gives the scripts their values quoted, and only at their head', () => {
  expect(publishScript(plan, { at: "o'clock" })).toContain(
    [
      `base='/srv/it'\\''s'`,
      'id=42',
      'release=42-4b9ea94',
      'sha=4b9ea94',
      'current=www/current',
      'target=../releases/42-4b9ea94',
      `audit='{"at":"o'\\''clock"}'`,
    ].join('\n'),
  )
})

it('publishes under lock and fence, by a temporary link and a rename', () => {
  const script = publishScript(plan, {})
  const order = [
    'flock',
    '-le "$id"',
    '.deploy/fence.new',
    'ln -s',
    'swap "$current',
    'audit.jsonl',
  ]
  const places = order.map((text) => script.indexOf(text))
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(places).not.toContain(-1)
  expect(script).not.toMatch(/ln -s?f|rm -rf "\$current"/)
})

it('checks every folder above a shared path for links', () => {
  const shared = { ...files, sharedDirs: ['a/b/c$(x)'] }
  expect(prepareScript({ ...plan, files: shared })).toContain(`share 'a/b/c$(x)' 'a\na/b'`)
})

it('removes exactly what it is told', () => {
  expect(finishScript(plan, ['1-aaaaaaa', '2-bbbbbbb'])).toContain(
    'for old in 1-aaaaaaa 2-bbbbbbb; do remove "$old"; done',
  )
})
