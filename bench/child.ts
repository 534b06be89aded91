import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const programs = join(import.meta.dirname, 'programs')
const answerWithinMs = 120_000

/** A program of the bench in a process of its own: one message asks it, one answers. */
export function startChild(program: string, args: readonly string[] = []) {
  const child = fork(join(programs, program), [...args], { serialization: 'advanced' })
  const exited = once(child, 'exit')

  /** `Answer` is what the program is written to say. */
  async function ask<Answer>(question: object): Promise<Answer> {
    const signal = AbortSignal.timeout(answerWithinMs)
    const answered = once(child, 'message', { signal }) as Promise<[Answer]>
    child.send(question)
    const ended = exited.then(([code]) => {
      throw new Error(`${program} ended with ${code}`)
    })
    const [answer] = await Promise.race([answered, ended])
    return answer
  }

  async function close(): Promise<void> {
    child.kill('SIGKILL')
    await exited
  }
  return { child, ask, [Symbol.asyncDispose]: close }
}
