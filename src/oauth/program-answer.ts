import type { Document } from '../pages/web/route.ts'
import type { Fields } from './model.ts'

/**
 * An answer to a program in the form that it accepts: JSON, XML, or else a form (contract 7.6). A list that
 * ends in anything at all, as browsers send it and axios of itself, asks for nothing: there GitHub's is a form.
 */
export function programAnswer(fields: Fields, asked: string): Document {
  const accept = asked.includes(',') && asked.includes('*/*') ? '' : asked
  if (/\bjson\b/i.test(accept)) {
    return document('application/json; charset=utf-8', JSON.stringify(fields))
  }
  if (/\bxml\b/i.test(accept)) return document('application/xml; charset=utf-8', xmlOf(fields))
  const texts = Object.entries(fields).map(([name, value]): [string, string] => [
    name,
    String(value),
  ])
  const form = new URLSearchParams(texts).toString()
  return document('application/x-www-form-urlencoded; charset=utf-8', form)
}

const document = (type: string, text: string): Document => ({
  kind: 'document',
  type,
  text,
  headers: { pragma: 'no-cache' },
})

function xmlOf(fields: Fields): string {
  const members = Object.entries(fields).map(
    ([name, value]) => `  <${name}>${escapeXml(String(value))}</${name}>\n`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n<OAuth>\n${members.join('')}</OAuth>\n`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const escapeXml = (text: string) => text.replaceAll(/[&<>]/g, (found) => entities[found] ?? '')
