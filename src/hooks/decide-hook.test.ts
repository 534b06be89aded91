import { describe, expect, it } from 'vitest'
import { decideHook, editedEvents, eventsOf, type HookFacts } from './decide-hook.ts'

const facts = (changes: Partial<HookFacts> = {}): HookFacts => ({
  name: 'web',
  url: 'https://example.org/',
  verdict: { kind: 'accepted' },
  events: ['push'],
  holder: 'repository',
  others: [],
  ...changes,
})
const messages = (changes: Partial<HookFacts>) =>
  decideHook(facts(changes)).map(({ message }) => message)
const others = (count: number, events: string[]) =>
  Array.from({ length: count }, (_, n) => ({ url: `https://example.org/${n}`, events }))

describe('a hook', () => {
  it('may be', () => {
    expect(decideHook(facts())).toEqual([])
  })

  it('must be named web', () => {
    expect(decideHook(facts({ name: 'email' }))).toEqual([
      { resource: 'Hook', field: 'name', code: 'invalid' },
    ])
  })

  it('must have a URL that we may connect to', () => {
    expect(messages({ url: undefined })).toEqual(['Config must contain URL for webhooks'])
    expect(messages({ url: 'x', verdict: { kind: 'malformed' } })[0]).toContain(
      "The URL you've entered is not valid.",
    )
    expect(
      messages({ url: 'x', verdict: { kind: 'unreachable_host', host: 'localhost' } }),
    ).toEqual([
      "Sorry, the URL host localhost is not supported because it isn't reachable over the public Internet",
    ])
  })

  it('may not repeat the URL and the events of another', () => {
    const other = { url: 'https://example.org/', events: ['push', 'deployment'] }
    const wanted = { events: ['deployment', 'push'], others: [other] }
    expect(messages(wanted)).toEqual(['Hook already exists on this repository'])
    expect(messages({ ...wanted, holder: 'organization' })).toEqual([
      'Hook already exists on this organization',
    ])
    expect(messages({ ...wanted, events: ['push'] })).toEqual([])
    expect(messages({ ...wanted, url: 'https://example.org/2' })).toEqual([])
  })

  it('is the twentieth for an event at most, each event with its own entry', () => {
    const events = ['push', 'status', 'create']
    expect(messages({ events, others: others(20, ['push', 'status']) })).toEqual([
      'The "push" event cannot have more than 20 hooks',
      'The "status" event cannot have more than 20 hooks',
    ])
    expect(messages({ events, others: others(19, ['push']) })).toEqual([])
  })
})

describe('the events of a hook', () => {
  it('are named once, and * swallows the others', () => {
    expect(eventsOf(['push', 'create', 'push'])).toEqual(['create', 'push'])
    expect(eventsOf(['push', '*'])).toEqual(['*'])
  })

  it('are replaced, or added to and removed from', () => {
    const edit = { add_events: ['status'], remove_events: ['push'] }
    expect(editedEvents(['push', 'create'], edit)).toEqual(['create', 'status'])
    expect(
      editedEvents(['push'], { events: ['delete'], add_events: [], remove_events: [] }),
    ).toEqual(['delete'])
  })
})
