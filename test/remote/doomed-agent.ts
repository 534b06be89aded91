// Runs one deployment in a process of its own, so that a test can kill it with -9.
// Every journal entry is a line on standard output before its effect.
import { dirname } from 'node:path'
import { readAgentConfig } from '../../src/agent/recipe/recipe.ts'
import { openRemote } from '../../src/agent/remote/remote.ts'
import { fetchOf, recordRun } from './place.ts'

const [configFile = '', id = '', sha = '', more = ''] = process.argv.slice(2)
const given = await readAgentConfig(configFile)
// Two agents never share a folder, dead or alive.
const dataDir = `${given.agent.dataDir}-doomed`
const config = { ...given, agent: { ...given.agent, dataDir } }
const remote = await openRemote(config, { leaseSeconds: 6 })
const source = await fetchOf({ config, remote }, sha)
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`)
const about = { deploymentId: Number(id), sha }
const { run } = recordRun({ folder: dirname(configFile), config }, about, {
  more,
  onLog: (line) => say({ line }),
})
const outcome = await remote.runDeployment({
  ...run,
  source,
  journal: async (entry) => void say({ entry }),
})
say({ outcome })
await remote[Symbol.asyncDispose]()
