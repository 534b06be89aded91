import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Keeps of Primer's 900 colours and of its icons the few that we use, so that nothing else is served:
 * writes `assets/primer.css` and `src/pages/elements/octicons.ts`. Run it after naming a new one
 * (`npm run primer`); a test compares what it would write with what is there.
 */

const root = join(import.meta.dirname, '..')
const primer = join(root, 'node_modules/@primer')
const themes = join(primer, 'primitives/dist/css/functional/themes')

/** Of the octicons, by name: each 16 pixels wide. */
const iconNames = [
  'alert',
  'arrow-left',
  'arrow-switch',
  'bell',
  'check',
  'check-circle-fill',
  'chevron-down',
  'circle-slash',
  'clock',
  'copy',
  'dot-fill',
  'eye',
  'filter',
  'gear',
  'git-branch',
  'git-commit',
  'graph',
  'history',
  'hourglass',
  'kebab-horizontal',
  'key',
  'link-external',
  'lock',
  'no-entry',
  'organization',
  'pencil',
  'people',
  'person',
  'pin',
  'play',
  'plus',
  'pulse',
  'repo',
  'rocket',
  'search',
  'server',
  'shield',
  'skip',
  'stop',
  'stopwatch',
  'sync',
  'tag',
  'trash',
  'undo',
  'unlock',
  'webhook',
  'x',
  'x-circle-fill',
] as const

const wordsIn = (css: string) =>
  new Map(
    [...css.matchAll(/^ {2}(--[\w-]+): ([^;]+);/gm)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  )

const usedIn = (css: string) => [...css.matchAll(/var\((--[\w-]+)/g)].map(([, name = '']) => name)

/** What our own stylesheet names, and what those name in turn. */
function withThose(names: readonly string[], theme: ReadonlyMap<string, string>): string[] {
  const all = new Set(names)
  for (const name of all) for (const other of usedIn(theme.get(name) ?? '')) all.add(other)
  return [...all].filter((name) => theme.has(name)).sort()
}

export function primerStylesheet(): string {
  const ours = readFileSync(join(root, 'assets/slipway.css'), 'utf8')
  const light = wordsIn(readFileSync(join(themes, 'light.css'), 'utf8'))
  const dark = wordsIn(readFileSync(join(themes, 'dark.css'), 'utf8'))
  const lines = withThose(usedIn(ours), light).map((name) => {
    const [day, night] = [light.get(name), dark.get(name)]
    return `  ${name}: ${day === night ? day : `light-dark(${day}, ${night})`};\n`
  })
  return `/* Written by scripts/primer.ts from @primer/primitives (MIT). */\n:root {\n${lines.join('')}}\n`
}

export function octiconsModule(): string {
  const icons: Record<string, { heights: Record<string, { path: string }> }> = JSON.parse(
    readFileSync(join(primer, 'octicons/build/data.json'), 'utf8'),
  )
  const lines = iconNames.map((name) => {
    const path = icons[name]?.heights['16']?.path
    if (path === undefined) throw new Error(`There is no octicon ${name}`)
    return `  '${name}': '${path}',\n`
  })
  return `/* Written by scripts/primer.ts from @primer/octicons (MIT). */\n\n/** What is drawn in each icon, 16 pixels wide and high. */\nexport const octicons = {\n${lines.join('')}} as const\n`
}

if (import.meta.main) {
  writeFileSync(join(root, 'assets/primer.css'), primerStylesheet())
  writeFileSync(join(root, 'src/pages/elements/octicons.ts'), octiconsModule())
}
