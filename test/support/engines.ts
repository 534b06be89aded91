import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'

export type EngineName = 'sqlite' | 'postgres'

/** Every store test runs on each; `ENGINES=sqlite npm test` narrows it. */
export const engines = (process.env['ENGINES']?.split(',') ?? [
  'sqlite',
  'postgres',
]) as EngineName[]

/** The URL of an empty database that goes away with the test. */
export async function emptyDatabase(engine: EngineName): Promise<string> {
  return engine === 'sqlite' ? join(temporaryFolder(), 'slipway.db') : await postgresDatabase()
}

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function postgresDatabase(): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await inCluster(`create database ${name}`)
  onTestFinished(() => inCluster(`drop database ${name} with (force)`))
  return inject('postgresUrl').replace('/postgres?', `/${name}?`)
}

async function inCluster(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  await client.query(statement)
  await client.end()
}
