import { startChild } from './child.ts'
import type { Arrival, Ports, Question, Sample } from './programs/receiver.ts'

/** Starts endpoints for hooks: so many that answer at once, so many that never do. */
export async function startReceivers({ answering = 0, hanging = 0 }) {
  const program = startChild('receiver.ts')
  const ask = <Answer>(question: Question) => program.ask<Answer>(question)
  const ports = await ask<Ports>({ kind: 'listen', answering, hanging })
  return {
    ports,
    begin: () => ask<object>({ kind: 'begin' }),
    /** Waits until so many have arrived since `begin`; gives all of them. */
    arrived: (count: number) => ask<Arrival[]>({ kind: 'arrived', count }),
    /** Some request, as it arrived. */
    sample: () => ask<Sample>({ kind: 'sample' }),
    [Symbol.asyncDispose]: program[Symbol.asyncDispose],
  }
}
