import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { atHome } from '../support/installed.ts'
import { newPublicKey } from '../support/public-key.ts'
import { startServer } from '../support/server.ts'

const script = join(import.meta.dirname, 'pygithub.py')

describe('PyGithub', () => {
  it.each(['deployments', 'keys', 'environments', 'hooks', 'secrets', 'statuses', 'refusals'])(
    '%s',
    async (part) => {
      const server = await startServer()
      await server.user('octo')
      await server.commit(await server.repository('octo', 'docs'), { files: { 'a.txt': '1' } })
      const env = { TOKEN: await server.token('octo', ['repo']), PUBLIC_KEY: newPublicKey() }
      const { run } = atHome('python3', env)
      const { code, stderr } = await run([script, server.apiUrl, part])
      if (stderr.includes("No module named 'github'"))
        throw new Error('The tests need PyGithub: apt-get install -y python3-github')
      expect([code, stderr]).toEqual([0, ''])
    },
  )
})
