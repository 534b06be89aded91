import type { LogStore } from './log-store.ts'
import { openMasker } from './masker.ts'
import { plainTextOf } from './plain-text.ts'

/** Lines on their way to a log: made plain, then masked, then kept. What is masked never reaches the disk. */
export type LogWriter = {
  line(text: string): void
  /** Resolves when every line is in the log. A line that could not be kept is thrown here. */
  end(): Promise<void>
}

export type LogWriterOptions = {
  readonly logs: LogStore
  readonly name: string
  readonly needles: readonly string[]
}

export function openLogWriter({ logs, name, needles }: LogWriterOptions): LogWriter {
  const masker = openMasker(needles)
  let chain: Promise<void> = Promise.resolve()

  function keep(text: string): void {
    if (text === '') return
    chain = chain.then(() => logs.append(name, text))
    // The failure is reported once, by `end`; a line in between must not become an unhandled rejection.
    chain.catch(() => undefined)
  }

  return {
    line: (text) => keep(masker.write(`${plainTextOf(text)}\n`)),
    end: () => {
      keep(masker.end())
      return chain
    },
  }
}
