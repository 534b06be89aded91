import { expect, it } from 'vitest'
import { programAnswer } from './program-answer.ts'

const fields = { access_token: 'slo_1', scope: 'repo,gist', interval: 5 }
const textFor = (accept: string) => programAnswer(fields, accept).text

it('a program is answered in a form, unless it accepts something better', () => {
  const form = 'access_token=slo_1&scope=repo%2Cgist&interval=5'
  expect(textFor('')).toBe(form)
  expect(textFor('*/*')).toBe(form)
  expect(textFor('application/json, text/plain, */*')).toBe(form)
  expect(textFor('text/html,application/xml;q=0.9,*/*;q=0.8')).toBe(form)
  expect(textFor('application/json, application/xml')).toBe(JSON.stringify(fields))
  expect(textFor('application/json')).toBe(JSON.stringify(fields))
  expect(textFor('application/vnd.github+json')).toBe(JSON.stringify(fields))
  expect(textFor('application/xml')).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<OAuth>\n  <access_token>slo_1</access_token>\n  <scope>repo,gist</scope>\n  <interval>5</interval>\n</OAuth>\n',
  )
})

it('what stands in XML is text', () => {
  expect(programAnswer({ error: '<a> & b' }, 'text/xml').text).toContain('&lt;a&gt; &amp; b')
})
