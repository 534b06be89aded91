import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { connectionOf } from '../../src/agent/ssh/dialled.ts'
import { programPath, startProgram } from '../../src/lib/program.ts'

/** A GET of what a program answers that ends right behind its answer, as ssh does with a forwarded connection. */
async function ask(answer: string): Promise<string> {
  const script = 'read -r line; printf "$1"'
  const program = await startProgram({
    argv: ['sh', '-c', script, 'sh', answer],
    env: { PATH: programPath },
  })
  const connection = connectionOf(program)
  return await new Promise<string>((resolve, reject) => {
    const headers = { host: 'localhost', connection: 'close' }
    connection.once('error', reject)
    request({ createConnection: () => connection, headers })
      .once('error', reject)
      .once('response', (response) => text(response).then(resolve, reject))
      .end()
  }).finally(() => connection.destroy())
}

it('reads an answer to its end, though the connection was closed right behind it', async () => {
  const [untilClosed, long] = ['HTTP/1.0 200 OK\\r\\n\\r\\nup', 'x'.repeat(100_000)]
  for (let turn = 0; turn < 10; turn += 1) {
    expect(await ask(untilClosed)).toBe('up')
    expect(await ask('HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nup')).toBe('up')
  }
  expect(await ask(`HTTP/1.0 200 OK\\r\\n\\r\\n${long}`)).toBe(long)
})

it('says when there was no answer', async () => {
  await expect(ask('')).rejects.toThrow('socket hang up')
  await expect(ask('HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nup')).rejects.toThrow(
    'aborted',
  )
})
