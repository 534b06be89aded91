import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

/**
 * Written after the tables of fields of CDEvents 0.5, as docs/spec/ecosystem.md 4.3 gives them: these
 * are not the schemas that the project publishes, which no npm package holds (decision 47).
 */
const text = { type: 'string', minLength: 1 } as const
const reference = { type: 'string', minLength: 1, format: 'uri-reference' } as const
const environment = {
  ...{ type: 'object', additionalProperties: false, required: ['id'] },
  properties: { id: text, source: reference },
} as const
const purl = { type: 'string', pattern: '^pkg:[a-z][a-z0-9.+-]*/[^\\s]+$' } as const

const deploying = {
  ...{ type: 'object', additionalProperties: false, required: ['environment', 'artifactId'] },
  properties: { environment, artifactId: purl },
} as const
const removing = {
  ...{ type: 'object', additionalProperties: false, required: ['environment'] },
  properties: { environment },
} as const
const describing = {
  ...{ type: 'object', additionalProperties: false },
  properties: { name: { type: 'string' }, url: { type: 'string' } },
} as const

const contents: Readonly<Record<string, object>> = {
  'service.deployed': deploying,
  'service.upgraded': deploying,
  'service.rolledback': deploying,
  'service.removed': removing,
  'environment.created': describing,
  'environment.modified': describing,
  'environment.deleted': describing,
}

const schemaOf = (change: string, content: object) => ({
  ...{ type: 'object', additionalProperties: false, required: ['context', 'subject'] },
  properties: {
    context: {
      ...{ type: 'object', additionalProperties: false },
      required: ['specversion', 'id', 'source', 'type', 'timestamp'],
      properties: {
        specversion: { const: '0.5.0' },
        ...{ id: text, source: reference },
        type: { const: `dev.cdevents.${change}.0.3.0` },
        timestamp: { type: 'string', format: 'date-time' },
        ...{ schemaUri: { type: 'string' }, chainId: text, links: { type: 'array' } },
      },
    },
    subject: {
      ...{ type: 'object', additionalProperties: false, required: ['id', 'content'] },
      properties: { id: text, source: reference, content },
    },
  },
})

const ajv = new Ajv2020({ allErrors: true })
addFormats.default(ajv)
const validators = new Map(
  Object.entries(contents).map(([change, content]) => [
    `dev.cdevents.${change}.0.3.0`,
    ajv.compile(schemaOf(change, content)),
  ]),
)

/** What is wrong with an event of this type. */
export function faultsOf(type: string, event: unknown): string[] {
  const validate = validators.get(type)
  if (!validate) return [`${type} is no type of CDEvents that is sent`]
  validate(event)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
