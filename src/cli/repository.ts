import { type Command, InvalidArgumentError, Option } from 'commander'
import { newCommand } from '../lib/command-line.ts'
import { Problem } from '../lib/problem.ts'
import {
  type ApiFlags,
  parseList,
  parseRepository,
  readFileOrInput,
  readStandardInput,
  withApiFlags,
} from './flags.ts'
import { oneLine, type Screen, symbolOf } from './screen.ts'
import { type Environment, inRepository, inSession, requireToken, type Session } from './session.ts'

/** What a repository needs before it can be deployed from: itself, a deploy key, a hook. */
export const repositoryCommands = (environment: Environment): Command[] => [
  newCommand('repo', { summary: 'Create repositories' }).addCommand(repoCreate(environment)),
  newCommand('key', { summary: 'Add deploy keys' }).addCommand(keyAdd(environment)),
  newCommand('hook', { summary: 'Create webhooks' }).addCommand(hookCreate(environment)),
]

const sayDone = ({ messages }: Screen, text: string) =>
  messages.line(`${symbolOf('success', messages)} ${text}`)

function repoCreate(environment: Environment): Command {
  type Flags = ApiFlags & { private?: true; description?: string }
  const command = newCommand('create', {
    summary: 'Create a repository',
    description:
      'Creates an empty repository of yours or of an organization, and prints where to push.',
    examples: ['slipway repo create octo/docs --private'],
  })
    .argument('<owner/name>', 'Its name', parseRepository)
    .option('--private', 'Only for those who are let in')
    .option('--description <text>', 'What it is')
  return withApiFlags(command).action(async (fullName: string, flags: Flags) => {
    await inSession(environment, flags, async (session) => {
      requireToken(session)
      const [owner = '', name = ''] = fullName.split('/')
      const { client, screen } = session
      const path = await pathToCreate(session, owner)
      const isPrivate = flags.private === true
      const body = { name, private: isPrivate, description: flags.description ?? null }
      const made = await client.request({ method: 'POST', path, body })
      sayDone(screen, `Created ${isPrivate ? 'private' : 'public'} repository ${fullName}`)
      screen.data.line(parseText(made, 'clone_url'))
    })
  })
}

/** GitHub has one address for one's own repositories and another for an organization's. */
async function pathToCreate({ client }: Session, owner: string): Promise<string> {
  const self = parseText(await client.request({ method: 'GET', path: '/user' }), 'login')
  return self.toLowerCase() === owner.toLowerCase() ? '/user/repos' : `/orgs/${owner}/repos`
}

const keyBytesMax = 64 * 1024

function keyAdd(environment: Environment): Command {
  type Flags = ApiFlags & { title?: string; allowWrite?: true }
  const command = newCommand('add', {
    summary: 'Add a deploy key',
    description:
      'Lets whoever holds the private half of a key fetch this repository over SSH, and push with --allow-write.',
    examples: ['slipway key add octo/docs --title agent ~/.ssh/docs.pub'],
  })
    .argument('<repo>', 'The repository as owner/name', parseRepository)
    .argument('<file>', 'The public key, or - for standard input')
    .option('--title <text>', 'What to call it (default: the comment in the key)')
    .option('--read-only', 'It may not push (this is the default)')
    .addOption(new Option('--allow-write', 'It may push as well').conflicts('readOnly'))
  return withApiFlags(command).action(async (repo: string, file: string, flags: Flags) => {
    await inRepository(environment, { ...flags, repo }, async (session) => {
      requireToken(session)
      if (flags.tokenStdin && file === '-')
        throw new Problem('bad_request', 'Standard input can hold the token or the key, not both')
      const { client, repository, screen } = session
      const text = await readFileOrInput(file, { what: 'The key', bytesMax: keyBytesMax })
      const key = checkedPublic(text.trim())
      const path = `/repos/${repository}/keys`
      const title = flags.title === undefined ? {} : { title: flags.title }
      const body = { key, read_only: flags.allowWrite !== true, ...title }
      const made = await client.request({ method: 'POST', path, body })
      const may = flags.allowWrite ? 'read and push to' : 'read'
      sayDone(screen, `Added a deploy key that may ${may} ${repository}`)
      screen.data.line(parseText(made, 'id'))
    })
  })
}

/** A private key must not leave this machine, not even to be refused. */
function checkedPublic(text: string): string {
  if (!text.includes('PRIVATE KEY')) return text
  throw new Problem('bad_request', 'This is a private key. Pass the public one, its .pub file')
}

const secretBytesMax = 4096

function hookCreate(environment: Environment): Command {
  type Flags = ApiFlags & { url: string; events?: readonly string[]; secretStdin?: true }
  const command = newCommand('create', {
    summary: 'Create a webhook',
    description: 'Has the server tell an address of what happens in a repository, as signed JSON.',
    examples: [
      'slipway hook create octo/docs --url https://agent.example.com/hooks --secret-stdin < secret',
    ],
  })
    .argument('<repo>', 'The repository as owner/name', parseRepository)
    .requiredOption('--url <url>', 'Where to post', parseHookUrl)
    .option('--events <list>', 'Which events, e.g. deployment,push (default deployment)', parseList)
    .option('--secret-stdin', 'Read the secret that signs from standard input')
  return withApiFlags(command).action(async (repo: string, flags: Flags) => {
    await inRepository(environment, { ...flags, repo }, async (session) => {
      requireToken(session)
      if (flags.tokenStdin && flags.secretStdin)
        throw new Problem(
          'bad_request',
          'Standard input can hold the token or the secret, not both',
        )
      const { client, repository, screen } = session
      const config = { url: flags.url, content_type: 'json', ...(await secretIn(flags)) }
      const { events = ['deployment'] } = flags
      const body = { name: 'web', active: true, events, config }
      const path = `/repos/${repository}/hooks`
      const made = await client.request({ method: 'POST', path, body })
      sayDone(screen, `${repository} tells ${oneLine(flags.url)} of: ${events.join(', ')}`)
      screen.data.line(parseText(made, 'id'))
    })
  })
}

async function secretIn({ secretStdin }: { readonly secretStdin?: true }) {
  if (!secretStdin) return {}
  const limited = { what: 'The secret', bytesMax: secretBytesMax }
  const secret = (await readStandardInput(limited)).replace(/\r?\n$/, '')
  if (secret !== '') return { secret }
  throw new Problem('bad_request', 'Standard input holds no secret')
}

function parseHookUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new InvalidArgumentError('Use an address that begins with http:// or https://.')
}

/** One member of an answer, as text. */
function parseText(answer: unknown, member: string): string {
  const value = new Map(Object.entries(answer ?? {})).get(member)
  if (typeof value === 'string' || typeof value === 'number') return oneLine(String(value))
  throw new Problem('unavailable', `The server's answer has no ${member}; is the API's URL right?`)
}
