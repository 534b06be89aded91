import { expect, it } from 'vitest'
import { parseExactJson } from './exact-json.ts'

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
