import { expect, it } from 'vitest'
import { partsOf } from './ansi.ts'

it('shows the colours of a line', () => {
  expect(partsOf('\u001b[1;32mok\u001b[0m 12 \u001b[91mfailed\u001b[39m.')).toEqual([
    { text: 'ok', look: 'bold ansi-green' },
    { text: ' 12 ', look: '' },
    { text: 'failed', look: 'ansi-red' },
    { text: '.', look: '' },
  ])
})

it('leaves out all that a terminal would do', () => {
  const title = '\u001b]0;owned\u0007'
  const link = '\u001b]8;;https://evil.example.com\u001b\\here\u001b]8;;\u001b\\'
  expect(partsOf(`${title}a${link}\u001b[2J\u001b[1A\u009b5mb\u202Ec\0`)).toEqual([
    { text: 'aherebc', look: '' },
  ])
})

it('shows what a progress bar came to', () => {
  expect(partsOf('10 %\r50 %\r100 %\r')).toEqual([{ text: '100 %', look: '' }])
})

it('takes no colour that could not be read', () => {
  expect(partsOf('\u001b[38;5;196m\u001b[40mdark\u001b[30mer')).toEqual([
    { text: 'dark', look: '' },
    { text: 'er', look: '' },
  ])
})
