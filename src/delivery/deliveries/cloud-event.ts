type CdEvent = {
  readonly context: {
    readonly id: string
    readonly source: string
    readonly type: string
    readonly timestamp: string
  }
  readonly subject: { readonly id: string }
}

/** Whether an event's name is a type of CDEvents. */
export const isCdEvent = (name: string): boolean => name.startsWith('dev.cdevents.')

/**
 * The attributes of CloudEvents 1.0 over HTTP, in binary mode: the body is the CDEvent as it is,
 * and says all of this itself, signed.
 */
export function cloudEventHeadersOf(payload: Uint8Array): [string, string][] {
  const { context, subject } = parseCdEvent(payload)
  const attributes = {
    specversion: '1.0',
    id: context.id,
    source: context.source,
    type: context.type,
    subject: subject.id,
    time: context.timestamp,
  }
  return Object.entries(attributes).map(([name, value]) => [`ce-${name}`, headerText(value)])
}

/** We wrote it. */
const parseCdEvent = (payload: Uint8Array) =>
  JSON.parse(Buffer.from(payload).toString('utf8')) as CdEvent

/** What no header may hold, as the binding has it escaped (CloudEvents HTTP 1.0.2, 3.1.3.2). */
const headerText = (text: string): string =>
  text.toWellFormed().replace(/[^\x21-\x7e]|["%]/gu, encodeCharacter)

const encodeCharacter = (character: string): string =>
  [...Buffer.from(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('')
