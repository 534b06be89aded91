import { Problem } from '../../lib/problem.ts'
import { openRecent } from '../../recent/recent.ts'
import { type Child, endOf, GitError, kill, listenToErrors, type Processes } from './process.ts'

/** What a name is, or undefined when there is no such object. */
export type Answer = Known | undefined

type ObjectType = 'commit' | 'tag' | 'tree' | 'blob'

type Known = { readonly sha: string; readonly type: ObjectType }

/**
 * A pool of long-lived `git cat-file --batch-check`, one for a repository: a hundred times
 * faster than a `git rev-parse` each, and right after pushes, repack and pack-refs.
 */
export type Objects = {
  /** `name` must be a checked one: it is git's syntax. Throws Problem `unavailable`. */
  ask(dir: string, name: string): Promise<Answer>
  /** Lets go of a repository's process; the next question starts another. */
  forget(dir: string): Promise<void>
}

type Question = {
  readonly answer: (answer: Answer) => void
  readonly fail: (error: Error) => void
}

const processesMax = 32
const waitingMax = 2000
/** Between two answers. */
const answerMs = 5_000

const knownBytesMax = 4 * 1024 * 1024
const answerBytes = 100
/** Names that mean the same for ever. */
const isLasting = (name: string) => /^[0-9a-f]{40}(\^\{\w+\})?$/.test(name)

/** The process ended before it answered. */
class Gone extends GitError {}

export function openObjects(start: Processes['start']): Objects {
  // The order of insertion is the order of last use.
  const batches = new Map<string, ReturnType<typeof openBatch>>()
  const known = openRecent<Known>({ bytesMax: knownBytesMax, bytesOf: () => answerBytes })

  function batchOf(dir: string) {
    const open = batches.get(dir)
    batches.delete(dir)
    const batch = open?.isOpen() ? open : openBatch(start(dir, batchCheck))
    batches.set(dir, batch)
    const [oldest] = batches.keys()
    if (batches.size > processesMax && oldest !== undefined) void forget(oldest)
    return batch
  }

  async function ask(dir: string, name: string): Promise<Answer> {
    const key = `${dir} ${name}`
    const kept = known.get(key)
    if (kept) return kept
    const answer = await askGit(dir, name)
    if (answer && isLasting(name)) known.set(key, answer)
    return answer
  }

  async function askGit(dir: string, name: string): Promise<Answer> {
    // Not `\s`: git takes U+2028 and its like for letters, and so may the name of a branch.
    if (/[ \t\r\n\0]/.test(name)) throw new GitError('a name with white space is two questions')
    try {
      return await batchOf(dir).ask(name)
    } catch (error) {
      if (!(error instanceof Gone)) throw error
      return await batchOf(dir).ask(name)
    }
  }

  async function forget(dir: string) {
    const batch = batches.get(dir)
    batches.delete(dir)
    await batch?.end()
  }

  return { ask, forget }
}

const batchCheck = ['cat-file', '--batch-check=%(objectname) %(objecttype)']

function openBatch(child: Child) {
  const questions: Question[] = []
  const errors = listenToErrors(child)
  let isOpen = true
  let rest = ''
  let timer: NodeJS.Timeout | undefined

  function read(text: string) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) questions.shift()?.answer(parseAnswer(line))
    timer?.refresh()
    if (questions.length === 0) stopTimer()
  }

  function stopTimer() {
    clearTimeout(timer)
    timer = undefined
  }

  function fail(cause: unknown) {
    isOpen = false
    stopTimer()
    const error = new Gone(`git cat-file ended: ${errors()}`, { cause })
    for (const question of questions.splice(0)) question.fail(error)
  }

  child.stdout.setEncoding('utf8').on('data', read)
  const ended = endOf(child).then(fail, fail)

  function ask(name: string): Promise<Answer> {
    if (questions.length >= waitingMax) throw new Problem('unavailable', 'Too many ask for refs.')
    timer ??= setTimeout(() => kill(child), answerMs)
    return new Promise((answer, reject) => {
      questions.push({ answer, fail: reject })
      child.stdin.write(`${name}\n`)
    })
  }

  /** It answers what it was asked, then ends. */
  function end() {
    isOpen = false
    child.stdin.end()
    return ended
  }

  return { ask, end, isOpen: () => isOpen }
}

/** `<sha> <type>`; anything else (`… missing`, `… ambiguous`) is no answer. */
function parseAnswer(line: string): Answer {
  const [, sha, type] = /^([0-9a-f]{40}) (commit|tag|tree|blob)$/.exec(line) ?? []
  return sha ? { sha, type: type as ObjectType } : undefined
}
