import { expect, it } from 'vitest'
import { parseEntries, parseFileNames, parsePatches } from './diff.ts'

const [a, b, none] = ['a', 'b', '0'].map((digit) => digit.repeat(40))

it('reads a change, a rename, a removal, a new type and a binary file', () => {
  const output = [
    `:100644 100755 ${a} ${b} M\0x:y\0`,
    `:100644 100644 ${a} ${b} R066\0old\tname\0new\nname\0`,
    `:100644 000000 ${a} ${none} D\0gone\0`,
    `:120000 100644 ${a} ${b} T\0link\0`,
    '1\t2\tx:y\0',
    '3\t0\t\0old\tname\0new\nname\0',
    '0\t4\tgone\0',
    '-\t-\tlink\0',
  ].join('')
  const { entries, counts } = parseEntries(output)
  expect(entries).toMatchObject([
    { filename: 'x:y', status: 'modified', sha: b },
    { filename: 'new\nname', previousFilename: 'old\tname', status: 'renamed' },
    { filename: 'gone', status: 'removed', sha: a },
    { filename: 'link', status: 'changed', isTypeChange: true },
  ])
  expect(counts.map(({ additions, deletions }) => [additions, deletions])).toEqual([
    [1, 2],
    [3, 0],
    [0, 4],
    [0, 0],
  ])
})

it('gives each entry its own hunks, and a new type both of its', () => {
  const entry = (isTypeChange: boolean) =>
    ({ filename: 'x', status: 'modified', sha: `${b}`, isTypeChange }) as const
  const output = [
    'diff --git a/mode b/mode\nold mode 100644\nnew mode 100755\n',
    'diff --git a/l b/l\n--- a/l\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n',
    'diff --git a/l b/l\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+y\n',
    'diff --git a/t b/t\n--- a/t\n+++ b/t\n@@ -1 +1,2 @@\n-t\n+diff --git a/t b/t\n+@@ 1\n',
  ].join('')
  expect(parsePatches(output, [entry(false), entry(true), entry(false)])).toEqual([
    '',
    '@@ -1 +0,0 @@\n-x\n@@ -0,0 +1 @@\n+y',
    '@@ -1 +1,2 @@\n-t\n+diff --git a/t b/t\n+@@ 1',
  ])
})

it('reads the names of the files of many commits', () => {
  const names = parseFileNames(`${a}\0A\0M\0D\0x\0${b}\0T\0l\0M\0A\0`)
  expect(names.get(`${a}`)).toEqual({ added: ['M'], removed: ['x'], modified: [] })
  expect(names.get(`${b}`)).toEqual({ added: [], removed: [], modified: ['l', 'A'] })
})
