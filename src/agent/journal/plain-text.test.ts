import { expect, it } from 'vitest'
import { plainTextOf } from './plain-text.ts'

it.each([
  ['plain text stays, ünïcode 😀 too', 'plain text stays, ünïcode 😀 too'],
  ['\u001b[1;31mred\u001b[0m', 'red'],
  ['\u001b[2J\u001b[H cleared', ' cleared'],
  ['\u001b]0;title\u0007text', 'text'],
  ['\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\', 'link'],
  ['\u001b]0;never ended', ''],
  ['\u001b(Bcharset \u001bc', 'charset '],
  ['a\u0000b\u0008c\u007f', 'abc'],
  ['right \u202eto left', 'right to left'],
  ['10 %\r50 %\r100 %\r', '10 %\n50 %\n100 %'],
  ['half a pair \ud83d', 'half a pair \ufffd'],
  ['tab\tstays', 'tab\tstays'],
])('%j reads %j', (line, text) => {
  expect(plainTextOf(line)).toBe(text)
})
