import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const folderPrefix = 'slipway-demo-'
const listName = 'processes'

/** Notes a process of a demo in its folder, so that the next demo can end it should this one be killed. */
export function noteProcess(folder: string, pid: number): void {
  appendFileSync(join(folder, listName), `${pid} ${startOf(pid) ?? '?'}\n`)
}

/** Ends what demos have left that were killed themselves, by the pids they noted, and removes their folders. */
export function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(folderPrefix))) {
    const folder = join(tmpdir(), name)
    const [demo, ...others] = notedIn(folder)
    if (!demo || isRunning(demo)) continue
    for (const process of others.filter(isRunning)) end(process.pid)
    rmSync(folder, { recursive: true, force: true })
  }
}

type Noted = { readonly pid: number; readonly start: string }

/** The demo itself comes first. Somebody else's folder, or one that is being made, has no list that we can read. */
function notedIn(folder: string): Noted[] {
  try {
    const lines = readFileSync(join(folder, listName), 'utf8').trim().split('\n')
    return lines.map((line) => {
      const [pid, start = ''] = line.split(' ')
      return { pid: Number(pid), start }
    })
  } catch {
    return []
  }
}

/** Numbers are used again, so a process is known by its number and by when it started. */
const isRunning = ({ pid, start }: Noted) => startOf(pid) === start

/** In clock ticks since the boot, from Linux's own account; undefined where there is none, or no such process. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}
