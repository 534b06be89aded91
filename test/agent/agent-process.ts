import { dirname } from 'node:path'
import { startAgent } from '../../src/agent/assembly.ts'
import { readAgentConfig } from '../../src/agent/recipe/recipe.ts'
import { openLog } from '../../src/lib/log.ts'

/** A whole agent in its own process, to be killed: `agent-process.ts agent.yml [journal point]`. */
const [file = '', crashAt] = process.argv.slice(2)
const config = await readAgentConfig(file)
const agent = await startAgent({
  config,
  places: { env: process.env, credentialsDirectory: dirname(file) },
  log: openLog({ pretty: false, level: 'info' }),
  ...(crashAt !== undefined && { crashAt }),
})
process.stdout.write(`${agent.url}\n`)
process.once('SIGTERM', () => agent[Symbol.asyncDispose]())
