import { hash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import type { App } from '../app.ts'
import { noSha } from '../git/model.ts'

const objectTypes = { commit: 1, tree: 2, blob: 3 } as const
type ObjectType = keyof typeof objectTypes

export type Author = { readonly name: string; readonly email: string }

type FirstCommit = {
  readonly branch: string
  readonly readme: string
  readonly author: Author
  readonly date: Date
}

/** Pushes a commit with a README to an empty repository, as its owner's own git would. Throws when git does not take it. */
export async function pushFirstCommit(
  { git }: Pick<App, 'git'>,
  id: number,
  first: FirstCommit,
): Promise<void> {
  const blob = gitObject('blob', first.readme)
  const tree = gitObject('tree', treeOf('README.md', blob.sha))
  const commit = gitObject('commit', commitText(tree.sha, first))
  const ref = `refs/heads/${first.branch}`
  const command = `${noSha} ${commit.sha} ${ref}\0report-status`
  const length = (Buffer.byteLength(command) + 4).toString(16).padStart(4, '0')

  const { input, output, done } = git.receivePack(id, {
    mode: 'stateless',
    onPush: () => Promise.resolve(),
  })
  output.resume()
  input.end(Buffer.concat([Buffer.from(`${length}${command}0000`), packOf([blob, tree, commit])]))
  const { code, errors } = await done
  if ((await git.ref(id, ref))?.sha !== commit.sha) {
    throw new Error(`git did not take the first commit (exit ${code}): ${errors}`)
  }
}

/** https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
function gitObject(type: ObjectType, content: string | Buffer) {
  const bytes = Buffer.from(content)
  const sha = hash('sha1', Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]), 'hex')
  return { type, bytes, sha }
}

const treeOf = (name: string, sha: string): Buffer =>
  Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(sha, 'hex')])

function commitText(tree: string, { author, date }: FirstCommit): string {
  // Git's format has no way to quote these.
  const name = author.name.replace(/[<>\p{Cc}]/gu, '')
  const signature = `${name} <${author.email}> ${Math.floor(date.getTime() / 1000)} +0000`
  return `tree ${tree}\nauthor ${signature}\ncommitter ${signature}\n\nInitial commit\n`
}

/** https://git-scm.com/docs/gitformat-pack */
function packOf(objects: readonly ReturnType<typeof gitObject>[]): Buffer {
  const head = Buffer.alloc(12)
  head.write('PACK', 'latin1')
  head.writeUInt32BE(2, 4)
  head.writeUInt32BE(objects.length, 8)
  const packed = objects.flatMap(({ type, bytes }) => [
    objectHead(objectTypes[type], bytes.length),
    deflateSync(bytes),
  ])
  const body = Buffer.concat([head, ...packed])
  return Buffer.concat([body, Buffer.from(hash('sha1', body, 'hex'), 'hex')])
}

/** Type and four bits of the size, then seven bits a byte while the high bit says that more follow. */
function objectHead(type: number, size: number): Buffer {
  const head: number[] = [(type << 4) | (size & 0x0f)]
  for (let rest = size >> 4; rest > 0; rest >>= 7) {
    head.push((head.pop() ?? 0) | 0x80, rest & 0x7f)
  }
  return Buffer.from(head)
}
