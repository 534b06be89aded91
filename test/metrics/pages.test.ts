import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { openMetrics } from '../../src/metrics/metrics.ts'
import { eventually } from '../deliveries/world.ts'
import { metricsPage } from './metrics-page.ts'
import { metricsToken, openPlace } from './place.ts'
import { scrape } from './scrape.ts'

const docs = join(import.meta.dirname, '../../docs')
const read = (path: string) => readFileSync(join(docs, path), 'utf8')

const dashboardSchema = z.object({
  panels: z.array(
    z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).optional() }),
  ),
})
const rulesSchema = z.object({
  groups: z.array(
    z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })).min(5) }),
  ),
})

/** Every metric that an expression of PromQL names. */
const namesIn = (expression: string) =>
  expression
    .replaceAll(/\b(?:by|without) ?\([^)]*\)/g, '')
    .match(/\b(?:webhook|slipway|nodejs|process)_\w+/g) ?? []

const expressionsShown = () =>
  dashboardSchema
    .parse(JSON.parse(read('grafana/slipway.json')))
    .panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
const expressionsAlerted = () =>
  rulesSchema
    .parse(parse(read('grafana/alerts.yaml')))
    .groups.flatMap(({ rules }) => rules.map(({ expr }) => expr))

it('has every metric that the dashboard and the rules name', async () => {
  const { receiver, deploy, clone, metricsUrl } = await openPlace({ engine: 'postgres' })
  await deploy()
  await clone()
  const expressions = [...expressionsShown(), ...expressionsAlerted()]
  expect(expressions.every((expression) => namesIn(expression).length > 0)).toBe(true)
  const named = new Set(expressions.flatMap(namesIn))
  expect(named.size).toBeGreaterThan(20)
  const missing = async () => {
    const names = new Set((await scrape(metricsUrl, metricsToken)).map(({ name }) => name))
    return [...named].filter((name) => !names.has(name))
  }
  await eventually(missing, (names) => receiver.received.length === 2 && names.length === 0)
})

it('is written down, each with what it tells', async () => {
  const { server } = await openPlace()
  const load = () => ({ inFlight: 0, hooksHeld: null })
  const metrics = openMetrics(server.app, { token: undefined, version: '0', load })
  // Not as it should be? `npx vitest run test/metrics --update` writes it anew.
  const page = join(docs, 'metrics.md')
  await expect(await metricsPage(metrics.registry)).toMatchFileSnapshot(page)
})
