import { Duplex } from 'node:stream'
import type { RunningProgram } from '../../lib/program.ts'

/**
 * What goes to a program's input and comes out of it, as a connection; destroying it ends the program.
 * Neither end touches the other: `Duplex.from` would take an answer away that is still to be read, once
 * the program has ended because the other side closed the connection behind it.
 */
export function connectionOf({ stdin, stdout, kill }: RunningProgram): Duplex {
  const connection = new Duplex({
    read: () => void stdout.resume(),
    // That the input is closed is no fault yet: what was answered before says more.
    write: (chunk, _encoding, done) => void stdin.write(chunk, () => done()),
    final: (done) => void stdin.end(() => done()),
    destroy: (error, done) => {
      kill()
      done(error)
    },
  })
  stdout.on('data', (chunk: Buffer) => {
    if (!connection.push(chunk)) stdout.pause()
  })
  for (const end of ['end', 'close'] as const) stdout.once(end, () => connection.push(null))
  return connection
}
