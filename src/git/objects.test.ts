import { expect, it } from 'vitest'
import { parseCommit } from './objects.ts'

const sha = 'a'.repeat(40)
const parse = (...lines: (string | Buffer)[]) =>
  parseCommit(sha, Buffer.concat(lines.map((line) => Buffer.from(line))))

it('reads parents, people, signature and message', () => {
  const commit = parse(
    `tree ${sha}\nparent ${'b'.repeat(40)}\nparent ${'c'.repeat(40)}\n`,
    'author Móna <mona@example.com> 1700000000 -0730\n',
    'committer Hubot <> 1700000001 +0000\n',
    'gpgsig -----BEGIN SSH SIGNATURE-----\n U1NI\n \n -----END SSH SIGNATURE-----\n',
    '\nSubject\n\nauthor of nothing\n\n',
  )
  expect(commit).toEqual({
    sha,
    tree: sha,
    parents: ['b'.repeat(40), 'c'.repeat(40)],
    author: {
      name: 'Móna',
      email: 'mona@example.com',
      date: '2023-11-14T22:13:20Z',
      zone: '-0730',
    },
    committer: { name: 'Hubot', email: '', date: '2023-11-14T22:13:21Z', zone: '+0000' },
    message: 'Subject\n\nauthor of nothing\n',
    signature: '-----BEGIN SSH SIGNATURE-----\nU1NI\n\n-----END SSH SIGNATURE-----',
  })
})

it('reads another encoding, and one nobody knows as UTF-8', () => {
  const latin = Buffer.from('é', 'latin1')
  expect(parse('author a <b> 1 +0000\nencoding ISO-8859-1\n\n', latin).message).toBe('é')
  expect(parse('author a <b> 1 +0000\nencoding klingon\n\né').message).toBe('é')
})

it('reads what old tools broke', () => {
  const commit = parse('author nobody\ncommitter Old <old@example.com> -1\n')
  expect(commit.author).toMatchObject({ name: '', date: '1970-01-01T00:00:00Z' })
  expect(commit.committer).toMatchObject({ name: 'Old', email: 'old@example.com' })
  expect(commit.message).toBe('')
})
