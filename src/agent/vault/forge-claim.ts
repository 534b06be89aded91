import { type Client, type Patience, untilAnswered } from '../../client/client.ts'
import { ApiProblem } from '../../client/model.ts'
import { Problem } from '../../lib/problem.ts'
import { Secret } from '../../lib/secret.ts'
import { type KeyPair, newKeyPair, openSealedBox } from '../../sealed-box/sealed-box.ts'
import { type Claim, given, type Place } from './model.ts'

/** A third of what a claim lasts, so that two of its renewals may fail. */
const renewMs = 100_000

export type Door = {
  readonly client: Client
  /** What the operator calls it. */
  readonly forge: string
  readonly place: Place
  readonly patience: Patience
}

/** Goes on claiming until disposed. Null when another has; throws the Problem to be told. */
export async function claimAt(door: Door): Promise<Claim | null> {
  // Made anew for each claim, and kept in no file: what was recorded opens with nothing.
  const pair = await newKeyPair()
  const body = { public_key: pair.public_key }
  const taken = await ask(door, 'claim', body).then(() => false, isTaken)
  if (taken) return null
  const { onProblem } = door.patience
  const renew = () =>
    door.client
      .request({ method: 'POST', path: pathOf(door.place, 'claim'), body })
      .catch((error: unknown) => {
        // The claim still lasts: the next one may be heard.
        if (error instanceof ApiProblem) onProblem(error, renewMs)
      })
  const timer = setInterval(renew, renewMs).unref()
  return {
    read: (names) => read(door, pair, names),
    [Symbol.asyncDispose]: async () => clearInterval(timer),
  }
}

function isTaken(error: unknown): true {
  if (error instanceof Problem && error.code === 'conflict') return true
  throw error
}

async function read(
  door: Door,
  pair: KeyPair,
  names: readonly string[],
): Promise<ReadonlyMap<string, Secret>> {
  const answer = given.safeParse(await ask(door, 'secrets', { names }))
  if (!answer.success)
    throw new Problem('invalid', `${door.forge} gave secrets that cannot be read`)
  const values = new Map(answer.data.variables.map(({ name, value }) => [name, new Secret(value)]))
  for (const { name, encrypted_value } of answer.data.secrets) {
    const value = await openSealedBox(encrypted_value, pair)
    if (!value) throw new Problem('invalid', `${door.forge} sealed ${name} to another key`)
    values.set(name, new Secret(value.toString('utf8')))
  }
  return values
}

const pathOf = ({ repository, id }: Place, part: string) =>
  `/repos/${repository.split('/').map(encodeURIComponent).join('/')}/deployments/${id}/${part}`

/** Until the forge answers; its refusals are for people to read, so they are no ApiProblem then. */
const ask = (door: Door, part: 'claim' | 'secrets', body: object): Promise<unknown> =>
  untilAnswered(async () => {
    try {
      return await door.client.request({ method: 'POST', path: pathOf(door.place, part), body })
    } catch (error) {
      if (error instanceof ApiProblem && !error.isPassing) throw refusalOf(door, error)
      throw error
    }
  }, door.patience)

function refusalOf({ forge }: Door, { status, said, message }: ApiProblem): Problem {
  const reason = said ?? message
  if (status === 409) return new Problem('conflict', reason)
  if (status === 404) {
    return new Problem(
      'not_found',
      `The forge ${forge} gives no secrets, as only Slipway does: keep them with the agent (dotenv, exec or dir)`,
    )
  }
  return new Problem('invalid', `The forge ${forge} gives no secrets: ${reason}`)
}
