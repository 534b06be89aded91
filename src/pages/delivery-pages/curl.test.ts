import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { curlOf } from './curl.ts'

it('is read by a shell as exactly these words, whatever is in them', () => {
  const body = `{"a":"it's $(touch x) \`id\` \\ \\n"}`
  const headers = [['X-A', "b'c"]] as const
  const command = curlOf({ url: "https://a.example/?q='&x=1", headers, body })
  const words = execFileSync('sh', ['-c', command.replace(/^curl/, "printf '%s\\0'")])
  expect(words.toString().split('\0')).toEqual([
    ...['--request', 'POST', "https://a.example/?q='&x=1", '--header', "X-A: b'c"],
    ...['--data-binary', body, ''],
  ])
})
