import { type Child, endOf, GitError, kill, listenToErrors, type Processes } from './process.ts'
import { openRefBatches } from './ref-batches.ts'

/** As `git update-ref --stdin` takes it; its parts must be checked ones. */
export type RefUpdate = {
  readonly ref: string
  readonly after: string
  readonly before: string
  /** Whether it is on the disk once it is acknowledged. */
  readonly isFlushed: boolean
}

/**
 * Long-lived `git update-ref --stdin` for a repository in which refs change: starting one costs more
 * than everything else that a change of a ref takes. Where several change at once there are a few of
 * them, since each waits for the disk with every ref.
 */
export type RefUpdates = {
  /** Whether git changed it. Where it did not, a git of its own says why. Throws a GitError when nobody knows. */
  update(dir: string, update: RefUpdate): Promise<boolean>
  /** Lets go of a repository's process. */
  forget(dir: string): Promise<void>
}

const sessionsMax = 32
const lanesMax = 4
/** With the flush to disk of whatever else is written there. */
const answerMs = 15_000
const idleMs = 10_000
/** What git ends with when it refuses. */
const refusedCode = 128

export function openRefUpdates(start: Processes['start']): RefUpdates {
  // The order of insertion is the order of last use.
  const sessions = new Map<string, ReturnType<typeof openSession>>()
  const lanes = new Map<string, readonly Lane[]>()

  const batches = openRefBatches((dir, updates) =>
    sessionOf(dir, unflushed, ['-c', 'core.fsync=none']).update(updates),
  )

  function sessionOf(dir: string, lane: number | string, how: readonly string[] = []) {
    const name = nameOf(dir, lane)
    const open = sessions.get(name)
    sessions.delete(name)
    const session = open?.isOpen()
      ? open
      : openSession(start(dir, [...how, 'update-ref', '--stdin']))
    sessions.set(name, session)
    const [oldest] = sessions.keys()
    if (sessions.size > sessionsMax && oldest !== undefined) void end(oldest)
    return session
  }

  const update = (dir: string, change: RefUpdate): Promise<boolean> =>
    change.isFlushed ? updateInLane(dir, change) : batches.add(dir, change)

  /** One after another in a lane: what follows a refusal would be lost with the process. */
  async function updateInLane(dir: string, change: RefUpdate): Promise<boolean> {
    const inRepository = lanes.get(dir) ?? Array.from({ length: lanesMax }, (_, n) => laneOf(n))
    lanes.set(dir, inRepository)
    const place = placeOf(change.ref)
    const lane = chooseLane(inRepository, place)
    lane.places.push(place)
    const turn = lane.last.then(() => sessionOf(dir, lane.n).update([change]))
    lane.last = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      lane.places.shift()
      if (inRepository.every(({ places }) => places.length === 0)) lanes.delete(dir)
    }
  }

  async function forget(dir: string): Promise<void> {
    const each = [unflushed, ...Array.from({ length: lanesMax }, (_, n) => n)]
    await Promise.all(each.map((lane) => end(nameOf(dir, lane))))
  }

  async function end(name: string) {
    const session = sessions.get(name)
    sessions.delete(name)
    await session?.end()
  }

  return { update, forget }
}

/** Changes that wait for one another, by what they are about, the first of them under way. */
type Lane = { readonly n: number; readonly places: string[]; last: Promise<unknown> }

const laneOf = (n: number): Lane => ({ n, places: [], last: Promise.resolve() })
/** Beside the lanes. */
const unflushed = 'unflushed'
const nameOf = (dir: string, lane: number | string) => `${dir} ${lane}`

/** `refs/heads/a` of `refs/heads/a/b`: refs below one name stand in each other's way, and keep their order. */
const placeOf = (ref: string): string => ref.split('/', 3).join('/')

/** Where the place is taken already, else where the fewest wait: without a crowd always the first. */
function chooseLane([first = laneOf(0), ...others]: readonly Lane[], place: string): Lane {
  const taken = [first, ...others].find(({ places }) => places.includes(place))
  const fewer = (a: Lane, b: Lane) => (b.places.length < a.places.length ? b : a)
  return taken ?? others.reduce(fewer, first)
}

const lineOf = ({ ref, after, before }: RefUpdate) => `update ${ref} ${after} ${before}\n`

function openSession(child: Child) {
  const errors = listenToErrors(child)
  let isOpen = true
  let heard = ''
  let waiting: PromiseWithResolvers<boolean> | undefined
  let timer: NodeJS.Timeout | undefined

  /** `start: ok` and `commit: ok`: the second is told when the ref is on disk. */
  function read(text: string) {
    heard = (heard + text).slice(-100)
    if (!/^commit: ok$/m.test(heard)) return
    heard = ''
    settle((update) => update.resolve(true))
    timer = setTimeout(() => void end(), idleMs).unref()
  }

  function settle(act: (update: PromiseWithResolvers<boolean>) => void) {
    clearTimeout(timer)
    const update = waiting
    waiting = undefined
    if (update) act(update)
  }

  function finish(code: number | null, cause?: unknown) {
    isOpen = false
    const error = new GitError(`git update-ref ended with ${code}: ${errors()}`, { cause })
    // Before `start: ok` it had not even begun: somebody ended it while it was idle.
    const isUndone = code === refusedCode || !heard.includes('start: ok')
    settle((update) => (isUndone ? update.resolve(false) : update.reject(error)))
  }

  child.stdout.setEncoding('utf8').on('data', read)
  const ended = endOf(child).then(
    ({ code }) => finish(code),
    (cause: unknown) => finish(null, cause),
  )

  /** All of them, or none. */
  function update(updates: readonly RefUpdate[]): Promise<boolean> {
    clearTimeout(timer)
    waiting = Promise.withResolvers()
    timer = setTimeout(() => kill(child), answerMs)
    child.stdin.write(`start\n${updates.map(lineOf).join('')}commit\n`)
    return waiting.promise
  }

  function end() {
    isOpen = false
    child.stdin.end()
    return ended
  }

  return { update, end, isOpen: () => isOpen }
}
