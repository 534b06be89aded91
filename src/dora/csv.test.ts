import { expect, it } from 'vitest'
import { csvOf } from './csv.ts'

it('quotes what needs it, leaves nothing empty that is not, and makes no formula of what others wrote', () => {
  const rows = [
    ['a,b', 'say "hi"', null],
    ['=1+1', '-x', -1],
  ]
  expect(csvOf(['x', 'y', 'z'], rows)).toBe(`x,y,z\r\n"a,b","say ""hi""",\r\n'=1+1,'-x,-1\r\n`)
})
