import { type Client, openClient, ownApiUrlOf } from '../client/client.ts'
import { ApiProblem } from '../client/model.ts'
import { exitCodes } from '../lib/command-line.ts'
import { Problem } from '../lib/problem.ts'
import { Secret } from '../lib/secret.ts'
import { openCheckout } from './checkout.ts'
import {
  type ApiFlags,
  defaultApiUrl,
  parseApiUrl,
  type RepositoryFlags,
  readStandardInput,
} from './flags.ts'
import { openScreen, type Screen } from './screen.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** One command's talk with one server. */
export type Session = {
  readonly client: Client
  /** What GitHub does not have: only Slipway answers to it. */
  readonly own: Client
  readonly screen: Screen
  readonly isSignedIn: boolean
}

export type RepositorySession = Session & { readonly repository: string }

type Work<S> = (session: S) => Promise<void>

/**
 * Opens a client for as long as `work` takes. What the API refuses becomes a Problem:
 * `unauthenticated` when a token is missing or not accepted.
 */
export async function inSession(
  environment: Environment,
  flags: ApiFlags,
  work: Work<Session>,
): Promise<void> {
  using _leave = leaveOnInterrupt(() => 'Cancelled.')
  const token = await readToken(environment, flags)
  const apiUrl = flags.apiUrl ?? apiUrlIn(environment)
  const options = { userAgent: 'slipway-cli', ...(token && { token }) }
  await using client = openClient({ apiUrl, ...options })
  await using own = openClient({ apiUrl: ownApiUrlOf(apiUrl), ...options })
  const isSignedIn = token !== undefined
  try {
    await work({ client, own, screen: openScreen(environment), isSignedIn })
  } catch (error) {
    throw error instanceof ApiProblem ? explain(error, isSignedIn) : error
  }
}

export async function inRepository(
  environment: Environment,
  flags: RepositoryFlags,
  work: Work<RepositorySession>,
): Promise<void> {
  const repository = flags.repo ?? (await openCheckout(environment).findRepository())
  if (repository === undefined) {
    throw new Problem(
      'bad_request',
      'Which repository? Pass --repo owner/name, or run this in a checkout whose remote "origin" names it.',
    )
  }
  await inSession(environment, flags, async (session) => await work({ ...session, repository }))
}

const tokenBytesMax = 4096

async function readToken(
  environment: Environment,
  { tokenStdin }: ApiFlags,
): Promise<Secret | undefined> {
  const limited = { what: 'The token', bytesMax: tokenBytesMax }
  const text = tokenStdin ? await readStandardInput(limited) : (environment['SLIPWAY_TOKEN'] ?? '')
  const token = text.trim()
  if (token === '') return undefined
  if (/^[\x21-\x7e]+$/.test(token)) return new Secret(token)
  const from = tokenStdin ? 'standard input' : 'SLIPWAY_TOKEN'
  throw new Problem(
    'bad_request',
    `What ${from} holds is not a token: it has spaces or worse in it`,
  )
}

function apiUrlIn(environment: Environment): string {
  const given = environment['SLIPWAY_API_URL']
  if (!given) return defaultApiUrl
  try {
    return parseApiUrl(given)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new Problem('bad_request', `SLIPWAY_API_URL is "${given}". ${error.message}`)
  }
}

const signIn =
  'Put a token in SLIPWAY_TOKEN or pass it with --token-stdin; "slipway token create --user NAME --scopes repo_deployment" makes one.'

/** Throws `unauthenticated`: what would change something always needs a token. */
export function requireToken({ isSignedIn }: Session): void {
  if (!isSignedIn) throw new Problem('unauthenticated', `You are not signed in. ${signIn}`)
}

function explain(problem: ApiProblem, isSignedIn: boolean): Problem {
  const { status, message } = problem
  const isRefusedToStranger = !isSignedIn && [401, 403, 404].includes(status)
  if (isRefusedToStranger && problem.kind === 'refused')
    return new Problem('unauthenticated', `${message}. You are not signed in. ${signIn}`)
  if (status === 401) return new Problem('unauthenticated', message)
  return new Problem(status >= 400 && status < 500 ? 'invalid' : 'unavailable', message)
}

const endings = ['SIGINT', 'SIGTERM'] as const

/**
 * Ctrl-C ends the process at once, after one line that says what goes on without it.
 * The latest of several has the word.
 */
export function leaveOnInterrupt(words: () => string): Disposable {
  const leave = () => {
    process.stderr.write(`\n${words()}\n`)
    process.exit(exitCodes.misuse)
  }
  for (const signal of endings) process.prependListener(signal, leave)
  return {
    [Symbol.dispose]() {
      for (const signal of endings) process.off(signal, leave)
    },
  }
}
