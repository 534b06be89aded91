import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openJournal } from '../../src/agent/journal/journal.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-journal-'))
  path = join(folder, 'journal.jsonl')
})
afterEach(() => rm(folder, { recursive: true }))

function parse(value: unknown): number {
  if (typeof value !== 'number') throw new Error('not a number')
  return value
}

async function entriesOf(): Promise<readonly number[]> {
  const { journal, entries } = await openJournal({ path, parse })
  await journal[Symbol.asyncDispose]()
  return entries
}

async function write(...entries: readonly number[]): Promise<void> {
  const { journal } = await openJournal({ path, parse })
  await using _ = journal
  await Promise.all(entries.map((entry) => journal.append(entry)))
}

describe('a journal', () => {
  it('is empty at first', async () => {
    expect(await entriesOf()).toEqual([])
  })

  it('keeps its entries in order over restarts', async () => {
    await write(1, 2)
    await write(3)
    expect(await entriesOf()).toEqual([1, 2, 3])
  })

  it('tells of an entry when it is durable, before the append ends', async () => {
    const seen: string[] = []
    const onDurable = (entry: number) => seen.push(`durable ${entry}`)
    const { journal } = await openJournal({ path, parse, onDurable })
    await using _ = journal
    await journal.append(1).then(() => seen.push('appended 1'))
    expect(seen).toEqual(['durable 1', 'appended 1'])
    expect(await readFile(path, 'utf8')).toBe('1\n')
  })

  it('forgets a last line that was torn, and goes on after it', async () => {
    await write(1, 2)
    await appendFile(path, '{"torn')
    await write(3)
    expect(await entriesOf()).toEqual([1, 2, 3])
  })

  it('refuses a line it cannot read, with its number', async () => {
    await writeFile(path, '1\n"two"\n3\n')
    await expect(entriesOf()).rejects.toThrow(`${path}:2: this line of the journal cannot be read`)
    await writeFile(path, '1\n2\n')
    expect(await entriesOf()).toEqual([1, 2])
  })

  it('lets one writer in and names it to the next one', async () => {
    const { journal } = await openJournal({ path, parse })
    await expect(openJournal({ path, parse })).rejects.toThrow(`held by the process ${process.pid}`)
    await journal[Symbol.asyncDispose]()
    expect(await entriesOf()).toEqual([])
  })

  it('is replaced by what is still needed, and goes on after it', async () => {
    const { journal } = await openJournal({ path, parse })
    let sum = 0
    const add = (entry: number) => {
      sum += entry
      return journal.append(entry)
    }
    const appends = [add(1), add(2), journal.rewrite(() => [sum]), add(4)]
    await Promise.all(appends)
    expect(await readFile(path, 'utf8')).toBe('7\n')
    await add(5)
    expect(journal.bytes).toBe('7\n5\n'.length)
    await journal[Symbol.asyncDispose]()
    expect(await entriesOf()).toEqual([7, 5])
  })

  it('fails every append after one that failed', async () => {
    const onDurable = () => {
      throw new Error('no space left')
    }
    const { journal } = await openJournal({ path, parse, onDurable })
    await using _ = journal
    await expect(journal.append(1)).rejects.toThrow('no space left')
    expect(journal.isBroken).toBe(true)
    await expect(journal.append(2)).rejects.toThrow('no space left')
    await expect(journal.rewrite(() => [])).rejects.toThrow('no space left')
  })
})

describe('a writer that is killed', () => {
  const program = `
    import { openJournal } from ${JSON.stringify(join(import.meta.dirname, '../../src/agent/journal/journal.ts'))}
    const { journal } = await openJournal({ path: process.argv[1], parse: (value) => value })
    for (let entry = 0; ; entry += 1) {
      await journal.append(entry)
      process.stdout.write(entry + '\\n')
    }`

  it('has kept all it acknowledged, and lets the next one in', async () => {
    const args = ['--input-type=module', '-e', program, path]
    const writer = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let acknowledged = ''
    for await (const chunk of writer.stdout.setEncoding('utf8')) {
      acknowledged += chunk
      if (acknowledged.length > 200) break
    }
    writer.kill('SIGKILL')
    await once(writer, 'exit')
    const last = Number(acknowledged.split('\n').at(-2))
    const entries = await entriesOf()
    expect(last).toBeGreaterThan(10)
    expect(entries.slice(0, last + 1)).toEqual(Array.from({ length: last + 1 }, (_, at) => at))
  })
})
