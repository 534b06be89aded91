import fc from 'fast-check'
import { expect, it } from 'vitest'
import { answerQuery } from './answer-query.ts'

const ask = (query: string, variables: Record<string, unknown> = {}) =>
  answerQuery({ query, variables, operationName: undefined }, {})

const told = async (query: string) => (await ask(query)).errors ?? []

it('any text is answered or refused', async () => {
  const words =
    '{ } ( ) [ ] : ... on $ "x" """ @skip = | & ! # 1 -1.5e9 __typename __schema viewer first query fragment mutation f'
  const texts = fc.array(fc.constantFrom(...words.split(' ')), { maxLength: 30 })
  const check = async (text: string) => {
    // Nothing answers here, so that a question which is right ends as a bug of ours.
    const answer = await ask(text).catch((error: Error) => error.message)
    expect(typeof answer === 'string' ? answer : Object.keys(answer)).toSatisfy(
      (found) => Array.isArray(found) || /non-nullable/.test(String(found)),
    )
  }
  await fc.assert(fc.asyncProperty(texts, (parts) => check(parts.join(' '))))
  await fc.assert(fc.asyncProperty(fc.string(), check))
})

it('what a page holds is multiplied, whoever gives its size', async () => {
  const pages = (size: string) => `viewer { repositories(first: ${size}) { nodes {
    deployments(first: ${size}) { nodes { statuses(first: ${size}) { nodes { id } } } } } } }`
  const tooMuch = [{ type: 'MAX_NODE_LIMIT_EXCEEDED' }]
  expect(await told(`{ ${pages('100')} }`)).toMatchObject(tooMuch)
  expect(await told(`query($n: Int = 100) { ${pages('$n')} }`)).toMatchObject(tooMuch)
  const given = await ask(`query($n: Int) { ${pages('$n')} }`, { n: 100 })
  expect(given.errors).toMatchObject(tooMuch)
  await expect(ask(`query($n: Int) { ${pages('$n')} }`, { n: 5 })).rejects.toThrow('non-nullable')
})

it('fragments that use each other, and each other twice, end', async () => {
  const doubling = Array.from(
    { length: 18 },
    (_, n) => `fragment f${n} on User { ...f${n + 1} ...f${n + 1} }`,
  )
  const documents = [
    '{ viewer { ...a } } fragment a on User { ...b } fragment b on User { ...a }',
    `{ viewer { ...f0 } } ${doubling.join(' ')} fragment f18 on User { id }`,
  ]
  for (const document of documents) {
    expect(await told(document)).toMatchObject([{ type: 'MAX_NODE_LIMIT_EXCEEDED' }])
  }
})
