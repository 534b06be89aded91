import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { Problem } from './lib/problem.ts'
import { Secret } from './lib/secret.ts'
import { parseNetworks } from './network/address-policy.ts'
import { providerSettings } from './openid/model.ts'

const port = z.coerce.number().int().min(0).max(65_535)
const flag = z.stringbool()
const requestsPerHour = z.coerce.number().int().min(1).max(1_000_000_000)
const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''))
/** Kept as text; parsed here so that a bad network stops the start by its name. */
const networks = z.string().transform((text, context) => {
  const { bad } = parseNetworks(text)
  for (const network of bad) {
    const message = `"${network}" is no network: write 10.0.0.0/8 with zeros after the prefix, or one address`
    context.addIssue({ code: 'custom', message })
  }
  return text.split(',').flatMap((part) => part.trim() || [])
})

/** Every setting there is: its flag and its key in slipway.yml by name, and its variable. */
const settings = {
  data: { variable: 'SLIPWAY_DATA', schema: z.string().min(1), otherwise: './data' },
  /** Given where several nodes share the folder; in the data folder otherwise. */
  repositories: {
    variable: 'SLIPWAY_REPOSITORIES',
    schema: z
      .string()
      .min(1)
      .transform((path) => resolve(path))
      .optional(),
    otherwise: undefined,
  },
  host: { variable: 'SLIPWAY_HOST', schema: z.string().min(1), otherwise: '127.0.0.1' },
  port: { variable: 'SLIPWAY_PORT', schema: port, otherwise: '3000' },
  ssh_port: { variable: 'SLIPWAY_SSH_PORT', schema: port, otherwise: '2222' },
  public_url: { variable: 'SLIPWAY_PUBLIC_URL', schema: url.optional(), otherwise: undefined },
  database_url: {
    variable: 'DATABASE_URL',
    // Not z.url(): a socket's address has a user and no host (`postgres://slipway@/db?host=/run/postgresql`).
    schema: z
      .string()
      .regex(/^postgres(ql)?:\/\/\S+$/, { error: 'expected postgres://…' })
      .optional(),
    otherwise: undefined,
  },
  webhook_allow: {
    variable: 'SLIPWAY_WEBHOOK_ALLOW',
    schema: networks.optional(),
    otherwise: undefined,
  },
  rate_limit: { variable: 'SLIPWAY_RATE_LIMIT', schema: flag, otherwise: 'false' },
  rate_limit_user: {
    variable: 'SLIPWAY_RATE_LIMIT_USER',
    schema: requestsPerHour,
    otherwise: '5000',
  },
  rate_limit_anonymous: {
    variable: 'SLIPWAY_RATE_LIMIT_ANONYMOUS',
    schema: requestsPerHour,
    otherwise: '60',
  },
  webhook_proxy: {
    variable: 'SLIPWAY_WEBHOOK_PROXY',
    schema: z.url({ protocol: /^http$/, error: 'expected http://host:port' }).optional(),
    otherwise: undefined,
  },
  delivery_days: {
    variable: 'SLIPWAY_DELIVERY_DAYS',
    schema: z.coerce.number().int().min(3).max(3650),
    otherwise: '30',
  },
  metrics_token: {
    variable: 'SLIPWAY_METRICS_TOKEN',
    schema: z
      .string()
      .min(1)
      .transform((text) => new Secret(text))
      .optional(),
    otherwise: undefined,
  },
  metrics_port: {
    variable: 'SLIPWAY_METRICS_PORT',
    schema: port.optional(),
    otherwise: undefined,
  },
  metrics_host: {
    variable: 'SLIPWAY_METRICS_HOST',
    schema: z.string().min(1),
    otherwise: '127.0.0.1',
  },
  otlp_endpoint: {
    variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    schema: url.optional(),
    otherwise: undefined,
  },
  ...providerSettings,
  log_level: {
    variable: 'SLIPWAY_LOG_LEVEL',
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
    otherwise: 'info',
  },
  pretty: { variable: 'SLIPWAY_PRETTY', schema: flag, otherwise: 'false' },
} as const

type Name = keyof typeof settings
type Given = Readonly<Record<string, string | undefined>>

export const settingNames = Object.keys(settings) as Name[]

export type Config = {
  readonly [N in Name]: z.output<(typeof settings)[N]['schema']>
}

/** Where a setting's value came from, in words: `flag --port`, `variable SLIPWAY_PORT`, `slipway.yml`, `default`. */
export type Origins = Readonly<Record<Name, string>>

/** Variables of ours that are no settings of the server: the client's. */
const otherVariables = ['SLIPWAY_TOKEN', 'SLIPWAY_API_URL']

const fileName = 'slipway.yml'
const fileBytesMax = 64 * 1024

/**
 * Flags, then the environment, then `slipway.yml` in the data folder, then the
 * default. Throws an `invalid` Problem that names the first setting that is
 * unknown or bad, and where it stands.
 */
export function readConfig(flags: Given, environment: Given): { config: Config; origins: Origins } {
  refuseUnknownVariables(environment)
  const data = flags['data'] ?? environment['SLIPWAY_DATA'] ?? settings.data.otherwise
  const file = readSettingsFile(join(data, fileName))
  const found = settingNames.map(
    (name) => [name, find(name, { flags, environment, file })] as const,
  )
  const config = Object.fromEntries(found.map(([name, { value }]) => [name, value]))
  const origins = Object.fromEntries(found.map(([name, { origin }]) => [name, origin]))
  return {
    config: Object.freeze({ ...config, data: resolve(data) }) as Config,
    origins: origins as Origins,
  }
}

type Places = { flags: Given; environment: Given; file: Given }

function find(name: Name, { flags, environment, file }: Places) {
  const { variable, schema, otherwise } = settings[name]
  const places = [
    { origin: `flag --${name.replaceAll('_', '-')}`, text: flags[name] },
    { origin: `variable ${variable}`, text: environment[variable] },
    { origin: fileName, text: file[name] },
  ]
  const place = places.find(({ text }) => text !== undefined)
  const { origin, text } = place ?? { origin: 'default', text: otherwise }
  const parsed = schema.safeParse(text)
  if (parsed.success) return { origin, value: parsed.data }
  const why = parsed.error.issues[0]?.message ?? 'it is not valid'
  throw new Problem('invalid', `${name} (${origin}) cannot be "${text}": ${why}`)
}

function refuseUnknownVariables(environment: Given): void {
  const known = new Set<string>([
    ...Object.values(settings).map(({ variable }) => variable),
    ...otherVariables,
  ])
  const unknown = Object.keys(environment).find(
    (name) => name.startsWith('SLIPWAY_') && !known.has(name),
  )
  if (unknown === undefined) return
  const names = [...known].sort().join(', ')
  throw new Problem('invalid', `There is no setting ${unknown}. The variables are ${names}`)
}

function readSettingsFile(path: string): Given {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    // Most folders have no such file; a file that cannot be read leaves the defaults to be shown by `config show`.
    return {}
  }
  if (text.length > fileBytesMax) throw new Problem('invalid', `${path} is larger than 64 KB`)
  const parsed = z.record(z.string(), z.unknown()).nullable().safeParse(parseOrRefuse(path, text))
  if (!parsed.success) throw new Problem('invalid', `${path} must hold "name: value" lines`)
  const given = parsed.data ?? {}
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(settings, name))
  if (unknown !== undefined) {
    const names = settingNames.join(', ')
    throw new Problem('invalid', `${path}: there is no setting "${unknown}". Settings: ${names}`)
  }
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]))
}

function parseOrRefuse(path: string, text: string): unknown {
  // Loaded by those who have such a file.
  const { parse } = createRequire(import.meta.url)('yaml') as typeof import('yaml')
  try {
    return parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Problem('invalid', `${path} is not YAML: ${why}`)
  }
}
