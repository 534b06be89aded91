import { shellQuote } from '../../lib/shell-quote.ts'
import type { Files } from '../recipe/model.ts'
import type { HostState, ReleaseName } from './model.ts'

const isReleaseName = (text: string) => /^\d{1,16}-[0-9a-f]{7}$/.test(text)
export const idOfRelease = (release: ReleaseName) => Number(release.split('-')[0])
export const releaseNameOf = (id: number, sha: string): ReleaseName => `${id}-${sha.slice(0, 7)}`

/** Reads everything we keep on a host and writes nothing. */
export function inspectScript({ deployTo, current }: Files): string {
  return `current=${shellQuote(current)}
if cd ${shellQuote(deployTo)} 2>/dev/null; then
  printf 'current %s\\n' "$(readlink "$current" 2>/dev/null)"
  printf 'fence %s\\n' "$(cat .deploy/fence 2>/dev/null)"
  sed 's/^/good /' .deploy/good 2>/dev/null
  for release in releases/*; do
    [ -f "$release/REVISION" ] && printf 'release %s %s\\n' "\${release#releases/}" "$(head -n 1 "$release/REVISION")"
  done
  for partial in releases/.*.partial; do
    [ -d "$partial" ] && printf 'partial %s\\n' "\${partial#releases/}"
  done
  for file in .deploy/runs/*/*/pgid; do
    [ -f "$file" ] && [ ! -f "\${file%/pgid}/rc" ] || continue
    run=\${file#.deploy/runs/}
    kill -0 -"$(cat "$file")" 2>/dev/null && printf 'running %s\\n' "\${run%%/*}"
  done
fi`
}

/** What `inspectScript` printed; names we did not make are left out. */
export function parseHostState(output: string): HostState {
  const lines = output.split('\n').map((line) => line.split(' '))
  const values = (key: string) =>
    lines.flatMap(([name, value]) => (name === key && value ? [value] : []))
  const current = values('current')[0]?.split('/').at(-1) ?? ''
  const revisions = lines.flatMap(([key, name = '', sha = '']) =>
    key === 'release' && isReleaseName(name) ? [[name, sha] as const] : [],
  )
  return {
    current: isReleaseName(current) ? current : null,
    fence: Number(values('fence')[0] ?? 0),
    good: values('good').filter(isReleaseName).sort(byId),
    revisions: Object.fromEntries(revisions),
    partials: values('partial'),
    running: [...new Set(values('running').map(Number))],
  }
}

export const byId = (a: ReleaseName, b: ReleaseName) => idOfRelease(a) - idOfRelease(b)
