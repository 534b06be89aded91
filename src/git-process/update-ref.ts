import { type Child, endOf, GitError, kill, listenToErrors, type Processes } from './process.ts'

/** As `git update-ref --stdin` takes it; its parts must be checked ones. */
export type RefUpdate = { readonly ref: string; readonly after: string; readonly before: string }

/**
 * Long-lived `git update-ref --stdin`, one for a repository in which refs change: starting one
 * costs more than everything else that a change of a ref takes.
 */
export type RefUpdates = {
  /** Whether git changed it. Where it did not, a git of its own says why. Throws a GitError when nobody knows. */
  update(dir: string, update: RefUpdate): Promise<boolean>
  /** Lets go of a repository's process. */
  forget(dir: string): Promise<void>
}

const sessionsMax = 16
/** With the flush to disk of whatever else is written there. */
const answerMs = 15_000
const idleMs = 10_000
/** What git ends with when it refuses. */
const refusedCode = 128

export function openRefUpdates(start: Processes['start']): RefUpdates {
  // The order of insertion is the order of last use.
  const sessions = new Map<string, ReturnType<typeof openSession>>()
  const turns = new Map<string, Promise<unknown>>()

  function sessionOf(dir: string) {
    const open = sessions.get(dir)
    sessions.delete(dir)
    const session = open?.isOpen() ? open : openSession(start(dir, ['update-ref', '--stdin']))
    sessions.set(dir, session)
    const [oldest] = sessions.keys()
    if (sessions.size > sessionsMax && oldest !== undefined) void forget(oldest)
    return session
  }

  /** One after another: what follows a refusal would be lost with the process. */
  async function update(dir: string, change: RefUpdate): Promise<boolean> {
    const before = turns.get(dir)
    const turn = (before ?? Promise.resolve()).then(() => sessionOf(dir).update(change))
    const ended = turn.catch(() => undefined)
    turns.set(dir, ended)
    try {
      return await turn
    } finally {
      if (turns.get(dir) === ended) turns.delete(dir)
    }
  }

  async function forget(dir: string) {
    const session = sessions.get(dir)
    sessions.delete(dir)
    await session?.end()
  }

  return { update, forget }
}

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

  function update({ ref, after, before }: RefUpdate): Promise<boolean> {
    clearTimeout(timer)
    waiting = Promise.withResolvers()
    timer = setTimeout(() => kill(child), answerMs)
    child.stdin.write(`start\nupdate ${ref} ${after} ${before}\ncommit\n`)
    return waiting.promise
  }

  function end() {
    isOpen = false
    child.stdin.end()
    return ended
  }

  return { update, end, isOpen: () => isOpen }
}
