import {
  buildClientSchema,
  getIntrospectionQuery,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql'
import { expect, it } from 'vitest'
import { schema } from '../../src/graphql/schema.ts'
import { openStage } from './stage.ts'

it('the schema tells of itself', async () => {
  const { ask } = await openStage()
  const { data, errors } = await ask(getIntrospectionQuery())
  expect(errors).toBeUndefined()
  const told = buildClientSchema(data as Parameters<typeof buildClientSchema>[0])
  const printed = (one: typeof schema) => printSchema(lexicographicSortSchema(one))
  expect(printed(told)).toBe(printed(schema))
})

it('every field of every type answers', async () => {
  const { ask, deploy, report, server } = await openStage({ isPrivate: true })
  const { node_id, id } = await deploy()
  const status = await report(id, 'success')
  await server.user('mona')
  const here = 'repository(owner: "octo", name: "hello")'
  const { data } = await ask(`{ viewer { id }
    ${here} { id ref(qualifiedName: "main") { id target { id } } environment(name: "Production") { id } } }`)
  const { viewer, repository } = data as Record<'viewer' | 'repository', Ids>
  const ids = [node_id, status.node_id, ...idsIn(viewer), ...idsIn(repository)]
  const types = Object.values(schema.getTypeMap()).filter(isObjectType)
  const nodes = types.filter((type) => type.getInterfaces().some(({ name }) => name === 'Node'))
  const found: string[] = []
  for (const { name } of nodes) {
    const query = `query($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on ${name} { ${fieldsOf(name, 1)} } } }`
    const { data, errors } = await ask(query, { ids })
    expect([name, errors]).toEqual([name, undefined])
    const ofType = (data as { nodes: { __typename: string }[] }).nodes.filter(
      ({ __typename }) => __typename === name,
    )
    if (ofType.length > 0) found.push(name)
  }
  // Bots and organizations are not on this stage.
  expect(found).toEqual(
    nodes.map(({ name }) => name).filter((name) => !['Bot', 'Organization'].includes(name)),
  )
})

type Ids = { readonly id: string; readonly [field: string]: Ids | string | null }

const idsIn = ({ id, ...more }: Ids): string[] => [
  id,
  ...Object.values(more).flatMap((inner) =>
    typeof inner === 'object' && inner ? idsIn(inner) : [],
  ),
]

/** Arguments that find what is on the stage. */
const examples: Readonly<Record<string, string>> = {
  'Repository.environment': '(name: "production")',
  'Repository.object': '(expression: "main")',
  'Repository.ref': '(qualifiedName: "refs/heads/main")',
  'Organization.repository': '(name: "hello")',
  'User.repository': '(name: "hello")',
  'RepositoryOwner.repository': '(name: "hello")',
}

/** A selection of all fields that can be asked for, so many levels deep. Each has a name of its own, since types differ on the same. */
function fieldsOf(typeName: string, levels: number): string {
  const type = schema.getType(typeName)
  if (!isObjectType(type) && !isInterfaceType(type)) return '__typename'
  const fields = Object.values(type.getFields()).flatMap(({ name, args, type: returned }) => {
    const inner = getNamedType(returned)
    const example = examples[`${typeName}.${name}`]
    if (isCompositeType(inner) && levels === 0) return []
    const isList = args.some((argument) => argument.name === 'first')
    const given = example ?? (isList ? '(first: 1)' : '')
    const inside = isCompositeType(inner) ? `{ ${fieldsOf(inner.name, levels - 1)} }` : ''
    return [`${typeName}_${name}: ${name}${given} ${inside}`]
  })
  return ['__typename', ...fields].join(' ')
}
