import { expect, it } from 'vitest'
import { openHttpServer } from '../../src/server/http-server.ts'
import { temporaryFolder } from '../support/engines.ts'
import { serve, until } from '../support/program.ts'
import { startServer } from '../support/server.ts'

it('is not ready any more once it is to end, though it still answers', async () => {
  const { app } = await startServer()
  const stopping = new AbortController()
  const options = { hasPublicUrl: false, metrics: undefined, tracing: undefined }
  await using http = openHttpServer(app, { ...options, stopping: stopping.signal })
  const statusOf = async (path: string) => (await http.inject(path)).statusCode
  expect(await statusOf('/readyz')).toBe(200)
  stopping.abort()
  expect([await statusOf('/readyz'), await statusOf('/healthz')]).toEqual([503, 200])
})

it('ends when `npm start` is told to, as a supervisor does', async () => {
  const server = await serve(temporaryFolder(), { by: ['npm', 'start', '--'] })
  await server.stop('SIGTERM')
  await until(() => server.output().includes('server.stopped'))
})
