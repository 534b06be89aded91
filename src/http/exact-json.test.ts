import { expect, it } from 'vitest'
import { parseExactJson, parseForeignJson } from './exact-json.ts'

const again = (text: string) => JSON.stringify(parseExactJson(text))

it('keeps numbers that a double cannot hold', () => {
  const text = '{"id":12345678901234567890,"far":1e400,"list":[9007199254740993,-9007199254740993]}'
  expect(again(text)).toBe(text)
  expect(again(again(text))).toBe(text)
})

it('is JSON.parse for everything else', () => {
  const text = '{"a":[1,2.5,-3e2,true,null,"12345678901234567890"],"b":{"c":9007199254740991}}'
  expect(parseExactJson(text)).toEqual(JSON.parse(text))
})

it('refuses what is not JSON', () => {
  expect(() => parseExactJson('{12345678901234567890')).toThrow(SyntaxError)
})

it('refuses from outside what is nested deeper than a stack', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
  expect(parseForeignJson(nested(500))).toEqual(JSON.parse(nested(500)))
  expect(() => parseForeignJson(nested(501))).toThrow('deeper than 500 levels')
  expect(() => parseForeignJson('{"a":'.repeat(100_000))).toThrow(SyntaxError)
})

it('counts no brackets in text', () => {
  const text = '[{'.repeat(1000)
  for (const value of [text, `\\"${text}`, `${text}\\`, `"${text}\\"`]) {
    const list = [{ [value]: value }, { a: value }]
    expect(parseForeignJson(JSON.stringify(list))).toEqual(list)
  }
  expect(() => parseForeignJson(`["${text}`)).toThrow(SyntaxError)
})
