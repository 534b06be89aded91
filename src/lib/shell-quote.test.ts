import { expect, it } from 'vitest'
import { shellQuote, shellWords } from './shell-quote.ts'

it('leaves plain words alone', () => {
  expect(shellQuote('releases/42-4b9ea94')).toBe('releases/42-4b9ea94')
})

it('makes one word of anything else', () => {
  expect(shellQuote('')).toBe("''")
  expect(shellQuote('$(reboot) `x` "y" \\')).toBe(`'$(reboot) \`x\` "y" \\'`)
  expect(shellQuote("it's")).toBe(`'it'\\''s'`)
  expect(shellQuote('two\nlines')).toBe(`'two\nlines'`)
  expect(shellQuote('~root')).toBe(`'~root'`)
})

it('joins words', () => {
  expect(shellWords(['ssh', '-F', '/a b/c'])).toBe("ssh -F '/a b/c'")
})

it('refuses a NUL, which no argument can hold', () => {
  expect(() => shellQuote('a\0b')).toThrow('NUL')
})
