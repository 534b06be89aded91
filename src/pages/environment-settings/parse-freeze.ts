import { freezeName } from '../../freezes/model.ts'
import { invalidField } from '../../lib/problem.ts'

type Fields = Readonly<Record<string, string>>

/** A posted form as the API's body: a calendar where one was pasted, and otherwise one window. */
export function freezeOf(form: Fields): { readonly name: string; readonly body: object } {
  const { calendar = '', time_zone = '' } = form
  const zone = time_zone.trim() === '' ? {} : { time_zone: time_zone.trim() }
  const name = parseName(form['name'])
  if (calendar.trim() !== '') return { name, body: { calendar, ...zone } }
  const { starts_at = '', ends_at = '', repeats = '' } = form
  const window = { summary: name, starts_at, ends_at, ...(repeats !== '' && { repeats }) }
  return { name, body: { windows: [window], ...zone } }
}

function parseName(text = ''): string {
  const parsed = freezeName.safeParse(text.trim())
  if (parsed.success) return parsed.data
  const message = `Name ${parsed.error.issues[0]?.message}`
  throw invalidField({ resource: 'Freeze', field: 'name', code: 'custom', message })
}
