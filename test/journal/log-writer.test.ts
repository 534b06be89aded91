import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type LogStore, openLogStore } from '../../src/agent/journal/log-store.ts'
import { openLogWriter } from '../../src/agent/journal/log-writer.ts'

let folder: string
let logs: LogStore
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-log-writer-'))
  logs = await openLogStore({ folder })
})
afterEach(async () => {
  await logs[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

it('masks what colours would have hidden, and secrets of several lines', async () => {
  const writer = openLogWriter({ logs, name: '7', needles: ['tok_123456', 'line one\nline two'] })
  writer.line('token=tok_\u001b[31m123456\u001b[0m')
  writer.line('line one')
  writer.line('line two')
  await writer.end()
  expect(String(await logs.read('7', 0))).toBe('token=***\n***\n')
})

it('says at its end what could not be kept', async () => {
  const writer = openLogWriter({ logs, name: '../7', needles: [] })
  writer.line('one')
  await expect(writer.end()).rejects.toThrow('not the name of a log')
})
