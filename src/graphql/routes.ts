import { z } from 'zod'
import { requireUser } from '../auth/auth.ts'
import type { Call, Route } from '../auth/route.ts'
import { type Answer, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { Problem } from '../lib/problem.ts'

/** Below the API's address as everything is; clients find it at `/api/graphql` (contract 8.1). */
export const graphqlRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/graphql',
    accepted: '',
    docs: 'https://docs.github.com/graphql/guides/forming-calls-with-graphql',
    handler: postQuery,
  },
]

const request = z.object({
  query: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
})

/** However it is escaped. No name of ours holds a NUL, and PostgreSQL cannot even be asked about one. */
const nul = /\\u(?:0000|\{0+\})/i

/** 200 also for what is wrong with a query: it says so in `errors`. */
async function postQuery(call: Call): Promise<Answer> {
  if (call.actor.kind === 'anonymous') {
    throw new Problem('unauthenticated', 'This endpoint requires you to be authenticated.')
  }
  const { query, variables, operationName } = parseBody(call.body, request, 'Query')
  if (!query) return refused('A query attribute must be specified and must be a string.')
  if (nul.test(call.body.toString('latin1'))) return refused('A query may not contain NUL.')
  const asked = { query, variables: variables ?? {}, operationName: operationName || undefined }
  const { answerQuery, rootNode } = await load()
  return ok(await answerQuery(asked, rootNode({ ...call, actor: requireUser(call.actor) })))
}

/** With the first query: many a server is never asked one, and it is a good part of a start. */
async function load() {
  const [{ answerQuery }, { rootNode }] = await Promise.all([
    import('./answer-query.ts'),
    import('./nodes/nodes.ts'),
  ])
  return { answerQuery, rootNode }
}

const refused = (message: string) => ok({ errors: [{ message }] })
