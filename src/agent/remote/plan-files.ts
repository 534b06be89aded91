import { shellQuote } from '../../lib/shell-quote.ts'
import type { Files } from '../recipe/model.ts'
import type { ReleaseName } from './model.ts'

/** What a release is on a host, whatever the host (agent 3.3). */
export type FilesPlan = {
  readonly files: Files
  readonly deploymentId: number
  readonly release: ReleaseName
  readonly sha: string
}

/** How our own scripts end when it is not the software's fault; the reason is their last line. */
export const exits = { locked: 75, fenced: 76, refused: 77, unable: 78 } as const

const assigned = (values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${shellQuote(value)}`)
    .join('\n')

const list = (values: readonly string[]) => values.map(shellQuote).join(' ')

function variablesOf({ files, deploymentId, release, sha }: FilesPlan): string {
  const depth = files.current.split('/').length - 1
  return assigned({
    base: files.deployTo,
    id: String(deploymentId),
    release,
    sha,
    current: files.current,
    target: `${'../'.repeat(depth)}releases/${release}`,
  })
}

const fail = `fail() { echo "$2"; exit "$1"; }`

const readFence = `fence=$(cat "$base/.deploy/fence" 2>/dev/null || echo 0)
case $fence in ''|*[!0-9]*) fail ${exits.unable} "$base/.deploy/fence holds no number: repair it by hand" ;; esac
[ "$fence" -le "$id" ] || fail ${exits.fenced} "deployment $fence has already been published here; $id is older"`

// Two steps would show a moment without a link; a rename never does (agent 2.4).
const swap = `swap() { mv -T "$1" "$2" 2>/dev/null || perl -e 'rename($ARGV[0], $ARGV[1]) or die "$!\\n"' "$1" "$2"; }`

const lock = `cd "$base"
exec 9>>.deploy/lock
flock -w 10 9 || fail ${exits.locked} "another deployment holds the lock of $base"`

/** Makes the layout, checks what the host can do, and keeps the payload (standard input) for the commands. */
export function layoutScript(plan: FilesPlan): string {
  return `${variablesOf(plan)}
${fail}
${swap}
mkdir -p "$base/releases" "$base/shared" "$base/.deploy/runs/$id"
for tool in flock tar readlink; do
  command -v "$tool" >/dev/null 2>&1 || fail ${exits.unable} "the host has no $tool; install it"
done
${readFence}
probe=$base/.deploy/probe.$id
rm -rf "$probe"; mkdir "$probe"; mkdir "$probe/a" "$probe/b"
ln -s a "$probe/link"; ln -s b "$probe/new"
swap "$probe/new" "$probe/link" && [ "$(readlink "$probe/link")" = b ] && [ ! -e "$probe/a/new" ] ||
  fail ${exits.unable} "the host can replace a link in one step neither by mv -T nor by perl; install perl"
rm -rf "$probe"
umask 077
cat >"$base/.deploy/runs/$id/payload"
`
}

/** Unpacks the release (standard input), links what is shared, and gives it its name when it is whole. */
export function prepareScript(plan: FilesPlan): string {
  const { sharedDirs, sharedFiles } = plan.files
  return `${variablesOf(plan)}
${fail}
cd "$base/releases"
partial=.$release.partial
rm -rf "$partial"; mkdir "$partial"
tar -xof - -C "$partial"
rm -rf "$partial/REVISION"; printf '%s\\n' "$sha" >"$partial/REVISION"
${[...sharedDirs, ...sharedFiles].length > 0 ? shareFunction : ''}
${sharedDirs.map((path) => `mkdir -p "$base/shared/"${shellQuote(path)}\n${shareLine(path)}`).join('\n')}
${sharedFiles.map((path) => `${needLine(path)}\n${shareLine(path)}`).join('\n')}
if [ -e "$release" ]; then
  [ "$(readlink "$base/$current" 2>/dev/null)" != "$target" ] || fail ${exits.refused} "$release is already current"
  rm -rf "$release"
fi
mv "$partial" "$release"
`
}

// A link in the repository must not lead our mkdir or rm out of the release.
const shareFunction = `share() {
  for above in $2; do
    [ ! -L "$partial/$above" ] || fail ${exits.refused} "shared path $1: $above is a link in the release"
  done
  case $1 in */*) mkdir -p "$partial/\${1%/*}" ;; esac
  rm -rf "$partial/$1"
  ln -s "$base/shared/$1" "$partial/$1"
}`

const shareLine = (path: string) => `set -f; IFS='
'; share ${shellQuote(path)} ${shellQuote(parentsOf(path).join('\n'))}; unset IFS; set +f`

const needLine = (path: string) =>
  `[ -e "$base/shared/"${shellQuote(path)} ] || fail ${exits.refused} "shared file $base/shared/"${shellQuote(path)}" is missing: create it once on the host"`

/** `a/b/c` lies under `a` and `a/b`. */
function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

/**
 * Points `current` at the release in one step, unless a newer deployment was
 * here: flock, fence, temporary link, rename, audit line.
 */
export function publishScript(plan: FilesPlan, audit: Readonly<Record<string, unknown>>): string {
  return `${variablesOf(plan)}
audit=${shellQuote(JSON.stringify(audit))}
${fail}
${swap}
${lock}
${readFence}
[ -f "releases/$release/REVISION" ] || fail ${exits.refused} "there is no complete release $release here"
[ -L "$current" ] || [ ! -e "$current" ] || fail ${exits.refused} "$base/$current is no link; move it away once"
printf '%s\\n' "$id" >.deploy/fence.new; mv -f .deploy/fence.new .deploy/fence
case $current in */*) mkdir -p "\${current%/*}" ;; esac
rm -f "$current".slipway-*
ln -s "$target" "$current.slipway-$id"
swap "$current.slipway-$id" "$current"
printf '%s\\n' "$audit" >>.deploy/audit.jsonl
`
}

/** For a host that had no release before: takes `current` away when it is still ours. */
export function unpublishScript(plan: FilesPlan, audit: Readonly<Record<string, unknown>>): string {
  return `${variablesOf(plan)}
audit=${shellQuote(JSON.stringify(audit))}
${fail}
${lock}
${readFence}
if [ "$(readlink "$current" 2>/dev/null)" = "$target" ]; then rm -f "$current"; fi
printf '%s\\n' "$audit" >>.deploy/audit.jsonl
`
}

const goodMax = 200

/** Remembers the release as good, removes what is to go, and tidies the runs up to this one. */
export function finishScript(plan: FilesPlan, gone: readonly ReleaseName[]): string {
  return `${variablesOf(plan)}
${fail}
${lock}
touch .deploy/good
{ cat .deploy/good; printf '%s\\n' "$release"; } | sort -n -u | tail -n ${goodMax} >.deploy/good.new
mv -f .deploy/good.new .deploy/good
${removeFunction}
for old in ${list(gone)}; do remove "$old"; done
${tidyRuns}
`
}

/** Removes what a deployment left that is neither current nor good: its release, whole or partial, and its run. */
export function cleanScript(plan: Pick<FilesPlan, 'files' | 'deploymentId'>): string {
  return `${variablesOf({ ...plan, release: '0-0000000', sha: '' })}
${fail}
[ -d "$base/.deploy" ] || exit 0
${lock}
${removeFunction}
rm -rf "releases/.$id-"*.partial
for path in "releases/$id-"*; do
  name=\${path#releases/}
  grep -qxF "$name" .deploy/good 2>/dev/null || remove "$name"
done
${tidyRuns}
`
}

// A release that is half removed must not look whole: it loses its name first.
const removeFunction = `remove() {
  [ "$(readlink "$current" 2>/dev/null)" != "\${target%/*}/$1" ] || return 0
  [ -e "releases/$1" ] || return 0
  rm -rf "releases/.$1.partial"
  mv "releases/$1" "releases/.$1.partial"
  rm -rf "releases/.$1.partial"
}`

// The step that runs this keeps its own folder until its answer is sent.
const tidyRuns = `for run in .deploy/runs/*; do
  number=\${run##*/}
  case $number in *[!0-9]*) continue ;; esac
  [ "$number" -le "$id" ] || continue
  rm -f "$run/payload"
  for step in "$run"/*; do
    if [ -f "$step/rc" ] || ! kill -0 -"$(cat "$step/pgid" 2>/dev/null || echo 0x)" 2>/dev/null; then rm -rf "$step"; fi
  done
  rmdir "$run" 2>/dev/null || :
done`
