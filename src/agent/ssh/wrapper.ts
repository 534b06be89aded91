import { shellQuote, shellWords } from '../../lib/shell-quote.ts'

/**
 * The dead-man's switch around every step (agent D2, 3.4), for any POSIX shell.
 *
 * Standard input carries, in lines: a secret word; a fragment of quoted
 * assignments; the word again; then `PING`, `CANCEL`, `DATA n` followed by n
 * bytes for the script's input, and `END` of that input. The script runs in its
 * own process group and is killed, TERM then KILL, when a `CANCEL` comes, when
 * the input ends, or when no line came for the lease. Whatever is left of the
 * group is killed when the script ends; what must stay calls setsid itself.
 *
 * Evidence of the exit is the file `rc`. The last line on standard error repeats
 * it after the secret word, which no output of the script can know. It is
 * written only when the group is gone.
 *
 * Beats are counted, not timed, so a clock that jumps kills nothing. The script's
 * output goes through a pump we own, so a daemon that holds on to it cannot keep
 * the channel open.
 */
const wrapper = `
old_umask=$(umask); umask 077
run=$1 lease=$2 grace=$3 input=$4 head= complete=
exec 3<&0 </dev/null
IFS= read -r word <&3 || exit 70
while IFS= read -r line <&3; do
  if [ "$line" = "$word" ]; then complete=1; break; fi
  head="$head$line
"
done
[ -n "$complete" ] || exit 70
answer() { printf '\\n%s %s %s\\n' "$word" "$1" "$2" >&2; exit; }
{ mkdir -p "$run" && cd "$run" && rm -f rc reason out in pgid && echo 0 >beat && mkfifo out in; } 2>&1 || answer 73 setup
cat <out 3<&- & pump=$!
[ -n "$input" ] || { rm -f in; ln -s /dev/null in; }
(
  umask "$old_umask"
  cd "$HOME" 2>/dev/null || cd /
  eval "$head"
  if command -v setsid >/dev/null 2>&1; then exec setsid sh -ec "$slipway_script"; fi
  exec perl -e 'use POSIX; POSIX::setsid(); exec @ARGV or exit 127' sh -ec "$slipway_script"
) <in >out 2>&1 3<&- & child=$!
echo "$child" >pgid
end_group() {
  kill -TERM -"$child" 2>/dev/null || kill -TERM "$child" 2>/dev/null
  i=0
  while [ "$i" -lt "$grace" ] && kill -0 -"$child" 2>/dev/null; do sleep 0.1; i=$((i + 1)); done
  kill -KILL -"$child" 2>/dev/null || kill -KILL "$child" 2>/dev/null
  while kill -0 -"$child" 2>/dev/null && [ "$i" -lt $((grace + 20)) ]; do sleep 0.1; i=$((i + 1)); done
}
stop() { [ -e reason ] || echo "$1" >reason; end_group; }
(
  [ -z "$input" ] || exec 4>in
  beats=0
  while IFS= read -r line <&3; do
    case $line in
      CANCEL) stop cancelled; exit ;;
      DATA\\ *) head -c "\${line#DATA }" <&3 | { cat >&4; cat >/dev/null; } ;;
      END) exec 4>&- ;;
    esac
    beats=$((beats + 1)); echo "$beats" >beat
  done
  stop eof
) >/dev/null 2>&1 & reader=$!
(
  last= idle=0
  while sleep 1; do
    beat=; read -r beat <beat
    if [ "$beat" = "$last" ]; then idle=$((idle + 1)); else idle=0 last=$beat; fi
    [ "$idle" -lt "$lease" ] || { stop lease; exit; }
  done
) >/dev/null 2>&1 3<&- & watch=$!
trap : HUP INT TERM
while :; do wait "$child"; rc=$?; kill -0 "$child" 2>/dev/null || break; done
if kill -0 -"$child" 2>/dev/null; then end_group; fi
{ echo "$rc" >rc.new && mv -f rc.new rc; } || answer - "no-rc"
kill "$reader" "$watch" 2>/dev/null
( sleep 2; kill "$pump" ) >/dev/null 2>&1 3<&- & guard=$!
wait "$pump"
kill "$guard" 2>/dev/null
rm -f out in
why=exit; [ ! -e reason ] || read -r why <reason
read -r rc <rc; answer "$rc" "$why"
`

export type WrapperOptions = {
  readonly runFolder: string
  readonly leaseSeconds: number
  readonly killAfterMs: number
  readonly hasInput: boolean
}

/** The remote command of a step. Nothing in it is secret. */
export function wrapperCommand(options: WrapperOptions): string {
  const grace = Math.max(1, Math.round(options.killAfterMs / 100))
  const { runFolder, leaseSeconds, hasInput } = options
  const words = [runFolder, String(leaseSeconds), String(grace), hasInput ? 'input' : '']
  return `exec sh -c ${shellQuote(wrapper)} slipway-step ${shellWords(words)}`
}

/** What goes first to the wrapper's standard input: the environment and the script, by the secret word. */
export function wrapperHeader(
  word: string,
  env: Readonly<Record<string, string>>,
  script: string,
): string {
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${shellQuote(value)}`)
  return [word, ...exports, `slipway_script=${shellQuote(script)}`, word, ''].join('\n')
}

export type WrapperAnswer = { readonly code: number; readonly why: string }

/** The wrapper's answer in what came on standard error; null when there is none. */
export function parseAnswer(word: string, stderr: string): WrapperAnswer | null {
  const line = stderr.split('\n').find((text) => text.startsWith(`${word} `))
  const [, rc, why = ''] = /^\S+ (\d{1,3}) ([a-z-]+)$/.exec(line ?? '') ?? []
  return rc === undefined ? null : { code: Number(rc), why }
}
