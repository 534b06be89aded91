import { expect, it } from 'vitest'
import { nodeId } from '../../src/lib/node-id.ts'
import { payloadsOf } from '../support/events.ts'
import { openStage } from './stage.ts'

const create = `mutation($input: CreateDeploymentInput!) {
  createDeployment(input: $input) {
    clientMutationId autoMerged
    deployment { id databaseId environment payload state task commitOid ref { name } }
  }
}`
const report = `mutation($input: CreateDeploymentStatusInput!) {
  createDeploymentStatus(input: $input) {
    deploymentStatus { id state logUrl environment creator { login } deployment { id state } }
  }
}`

async function open(isPrivate = false) {
  const stage = await openStage({ isPrivate })
  const { data } = await stage.ask(`{ repository(owner: "octo", name: "hello") {
    id defaultBranchRef { id } } }`)
  const found = data as { repository: { id: string; defaultBranchRef: { id: string } } }
  const { id: repositoryId, defaultBranchRef } = found.repository
  return { ...stage, input: { repositoryId, refId: defaultBranchRef.id } }
}

it('createDeployment and createDeploymentStatus do what REST does', async () => {
  const { ask, input, octokit, here, sha } = await open()
  const request = { ...input, environment: 'qa', payload: '{"a":[1]}', clientMutationId: 'x' }
  const created = await ask(create, { input: request })
  expect(created).toEqual({
    data: {
      createDeployment: {
        clientMutationId: 'x',
        autoMerged: false,
        deployment: {
          id: expect.stringMatching(/^DE_/),
          databaseId: expect.any(Number),
          environment: 'qa',
          payload: '{"a":[1]}',
          state: 'PENDING',
          task: 'deploy',
          commitOid: sha,
          ref: { name: 'main' },
        },
      },
    },
  })
  const { data } = await octokit.rest.repos.listDeployments(here)
  expect(data).toMatchObject([{ ref: 'main', environment: 'qa', payload: { a: [1] } }])
  const deploymentId = data[0]?.node_id
  const status = { deploymentId, state: 'SUCCESS', logUrl: 'https://logs.example.com/1' }
  expect(await ask(report, { input: status })).toMatchObject({
    data: {
      createDeploymentStatus: {
        deploymentStatus: {
          state: 'SUCCESS',
          logUrl: status.logUrl,
          environment: 'qa',
          creator: { login: 'octo' },
          deployment: { id: deploymentId, state: 'ACTIVE' },
        },
      },
    },
  })
})

it('whoever listens is told of them', async () => {
  const { ask, input, octokit, here, server, repository } = await open()
  const config = { url: 'https://hooks.example.com/', content_type: 'json' }
  const events = ['deployment', 'deployment_status']
  await octokit.rest.repos.createWebhook({ ...here, config, events })
  const { data } = await ask(create, { input })
  const made = data as { createDeployment: { deployment: { id: string } } }
  const deploymentId = made.createDeployment.deployment.id
  await ask(report, { input: { deploymentId, state: 'IN_PROGRESS' } })
  const told = (name: string) => payloadsOf(server.app, repository.id, name)
  expect(await told('deployment')).toMatchObject([{ deployment: { node_id: deploymentId } }])
  expect(await told('deployment_status')).toMatchObject([
    { deployment_status: { state: 'in_progress' }, deployment: { node_id: deploymentId } },
  ])
})

it('the environment of a repository comes and goes', async () => {
  const { ask, input } = await open()
  const make = `mutation($input: CreateEnvironmentInput!) {
    createEnvironment(input: $input) { environment { id name } } }`
  const list = `{ repository(owner: "octo", name: "hello") {
    environments(first: 5) { totalCount nodes { name } } } }`
  const named = { repositoryId: input.repositoryId, name: 'review/1' }
  const { data } = await ask(make, { input: named })
  const { environment } = (data as { createEnvironment: { environment: { id: string } } })
    .createEnvironment
  expect(await ask(list)).toMatchObject({
    data: { repository: { environments: { totalCount: 1, nodes: [{ name: 'review/1' }] } } },
  })
  const remove = `mutation($input: DeleteEnvironmentInput!) {
    deleteEnvironment(input: $input) { clientMutationId } }`
  expect((await ask(remove, { input: { id: environment.id } })).errors).toBeUndefined()
  expect(await ask(list)).toMatchObject({
    data: { repository: { environments: { totalCount: 0, nodes: [] } } },
  })
  expect((await ask(remove, { input: { id: environment.id } })).errors).toMatchObject([
    { type: 'NOT_FOUND', path: ['deleteEnvironment'] },
  ])
})

it('what REST refuses is refused', async () => {
  const { ask, input, deploy, report: say, server } = await open()
  const { id, node_id } = await deploy()
  await deploy()
  await say(id, 'success')
  await server.user('mona')
  const asMona = await server.token('mona', ['repo'])
  const remove = `mutation($input: DeleteDeploymentInput!) {
    deleteDeployment(input: $input) { clientMutationId } }`
  const refused = [
    [create, { ...input, payload: '{' }, 'UNPROCESSABLE', 'payload is not JSON'],
    [create, { ...input, environment: 'x'.repeat(256) }, 'UNPROCESSABLE', 'too long'],
    [create, { ...input, refId: input.repositoryId }, 'NOT_FOUND', 'node with the global id'],
    [create, { ...input, requiredContexts: ['ci'] }, 'UNPROCESSABLE', 'Commit status checks'],
    [report, { deploymentId: node_id, state: 'WAITING' }, 'UNPROCESSABLE', 'not included'],
    [remove, { id: node_id }, 'UNPROCESSABLE', 'cannot delete an active deployment'],
  ] as const
  for (const [query, wrong, type, message] of refused) {
    expect((await ask(query, { input: wrong })).errors).toMatchObject([
      { type, message: expect.stringContaining(message) },
    ])
  }
  expect((await ask(create, { input }, asMona)).errors).toMatchObject([
    { type: 'FORBIDDEN', message: 'Must have push access to Repository.' },
  ])
})

it('repo_deployment deploys from a private repository and sees none of its code', async () => {
  const { ask, input, server, sha } = await open(true)
  const token = await server.token('octo', ['repo_deployment'])
  expect((await ask(create, { input }, token)).errors).toBeUndefined()
  const list = (fields: string) => `{ repository(owner: "octo", name: "hello") {
    nameWithOwner deployments(first: 1) { nodes { ${fields} } } } }`
  expect(await ask(list('state commit { oid } ref { name }'), {}, token)).toEqual({
    data: {
      repository: {
        nameWithOwner: 'octo/hello',
        deployments: { nodes: [{ state: 'PENDING', commit: { oid: sha }, ref: { name: 'main' } }] },
      },
    },
  })
  for (const fields of [
    'commit { message }',
    'commit { author { name } }',
    'ref { target { oid } }',
  ]) {
    const { data, errors } = await ask(list(fields), {}, token)
    expect(errors).toMatchObject([{ type: 'INSUFFICIENT_SCOPES' }])
    expect(JSON.stringify(data)).not.toMatch(/One|Octo"|[0-9a-f]{40}/)
  }
})

it('nobody finds by its id what is not shown to them', async () => {
  const { ask, input, deploy, server } = await open(true)
  const { node_id } = await deploy()
  await server.user('mona')
  const asMona = await server.token('mona', ['repo'])
  const ids = [
    node_id,
    input.repositoryId,
    input.refId,
    'DE_kwDOAAAD6M4AAAPo',
    'nonsense',
    'R_kwDOAAAD6A',
  ]
  const query = 'query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }'
  const { data, errors } = await ask(query, { ids }, asMona)
  expect(data).toEqual({ nodes: ids.map(() => null) })
  expect(errors?.map(({ type, message }) => [type, message])).toEqual(
    ids.map((id) => ['NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`]),
  )
  expect((await ask(create, { input }, asMona)).errors).toMatchObject([{ type: 'NOT_FOUND' }])
})

it('an id that somebody made up names nothing', async () => {
  const { ask, repository } = await open()
  const names = ['a\0b', 'refs/heads/a b', '-x', 'HEAD:a', 'main^{tree}', '', '\ud800']
  const ids = [
    ...names.flatMap((name) => [
      nodeId('REF', repository.id, name),
      nodeId('C', repository.id, name),
    ]),
    nodeId('DE', repository.id, 2 ** 60),
    nodeId('R', 2 ** 60),
    nodeId('EN', repository.id, 1, 2),
    nodeId('U', 0),
  ]
  const { data } = await ask('query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }', { ids })
  expect(data).toEqual({ nodes: ids.map(() => null) })
  for (const name of names.slice(1, -1)) {
    const text = JSON.stringify(name)
    const { errors } = await ask(`{ repository(owner: "octo", name: "hello") {
      ref(qualifiedName: ${text}) { name } object(expression: ${text}) { oid } } }`)
    expect(errors).toBeUndefined()
  }
})
