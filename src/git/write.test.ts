import { describe, expect, it } from 'vitest'
import { commitTextOf, indexLinesOf } from './write.ts'

const [a, b] = ['a'.repeat(40), 'b'.repeat(40)]
const gone = `0 ${'0'.repeat(40)}`
const trees = new Map([[b, [`100644 blob ${a}\tx.txt`, `100755 blob ${a}\tsub/y`]]])
const file = (path: string, sha: string | null = a) => ({ path, mode: '100644' as const, sha })

describe('changes of a tree', () => {
  it('add what is named', () => {
    expect(indexLinesOf([file('ä.txt')], [], trees)).toEqual({
      lines: [`100644 ${a}\t\u00c3\u00a4.txt`],
    })
  })

  it('delete a file, or a folder with all that is in it', () => {
    const files = ['doc', 'docs/one', 'docs/deep/two']
    const lines = [`${gone}\tdocs/one`, `${gone}\tdocs/deep/two`]
    expect(indexLinesOf([file('docs', null)], files, trees)).toEqual({ lines })
    expect(indexLinesOf([file('doc', null)], files, trees)).toEqual({ lines: [`${gone}\tdoc`] })
  })

  it('name what they cannot delete', () => {
    expect(indexLinesOf([file('docs', null)], ['doc'], trees)).toEqual({ missing: 'docs' })
  })

  it('put a tree in the place of what was there', () => {
    const lines = [`${gone}\tlib/old`, `100644 ${a}\tlib/x.txt`, `100755 ${a}\tlib/sub/y`]
    const change = { path: 'lib', mode: '040000' as const, sha: b }
    expect(indexLinesOf([change], ['lib/old'], trees)).toEqual({ lines })
  })
})

describe('a commit', () => {
  const author = { name: 'Octo <Cat>', email: 'o@example.com', at: new Date(1e12), zone: '+0200' }
  const plain = { tree: a, parents: [b], author, committer: author, message: 'One\n\ntwo' }
  const head = `tree ${a}\nparent ${b}\nauthor Octo Cat <o@example.com> 1000000000 +0200\ncommitter Octo Cat <o@example.com> 1000000000 +0200\n`

  it('is what git keeps, to the byte', () => {
    expect(commitTextOf(plain)).toBe(`${head}\nOne\n\ntwo`)
  })

  it('has its signature before its message, indented', () => {
    const signature = '-----BEGIN\r\n\r\nabc\r\n-----END\r\n'
    const signed = commitTextOf({ ...plain, signature })
    expect(signed).toBe(`${head}gpgsig -----BEGIN\n \n abc\n -----END\n\nOne\n\ntwo`)
  })
})
