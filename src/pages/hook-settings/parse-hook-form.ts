import { secretMask } from '../../hooks/model.ts'

type Fields = Readonly<Record<string, string>>
type Posted = {
  readonly form: Fields
  readonly formLists: Readonly<Record<string, readonly string[]>>
}

/**
 * A posted form as the API's body for a new hook, or for an edit, where an empty
 * secret means the one that is there.
 */
export const hookBodyOf = (
  { form, formLists }: Posted,
  { isNew }: { readonly isNew: boolean },
) => ({
  config: {
    url: form['url']?.trim() ?? '',
    content_type: form['content_type'] ?? 'form',
    insecure_ssl: form['insecure_ssl'] ?? '0',
    secret: secretOf(form, isNew),
  },
  events: eventsOf(form['which'], formLists['event'] ?? []),
  active: form['active'] === '1',
})

function secretOf({ secret = '', no_secret }: Fields, isNew: boolean): string {
  if (secret !== '') return secret
  return isNew || no_secret === '1' ? '' : secretMask
}

function eventsOf(which: string | undefined, chosen: readonly string[]): readonly string[] {
  if (which === 'everything') return ['*']
  return which === 'some' ? chosen : ['push']
}

/** The API's body for a filter; patterns come one a line. */
export const filterBodyOf = ({ form, formLists }: Posted) => ({
  environments: linesIn(form['environments']),
  tasks: linesIn(form['tasks']),
  states: formLists['state'] ?? [],
  production_only: form['production_only'] === '1',
  inactive: form['inactive'] === '1',
})

const linesIn = (text = '') =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
