/** GitHub's schema, the part about deployments and environments. */
export const deploymentTypes = /* GraphQL */ `
"The possible states in which a deployment can be."
enum DeploymentState {
  "The pending deployment was not updated after 30 minutes."
  ABANDONED
  "The deployment is currently active."
  ACTIVE
  "An inactive transient deployment."
  DESTROYED
  ERROR
  FAILURE
  INACTIVE
  IN_PROGRESS
  PENDING
  QUEUED
  SUCCESS
  WAITING
}

enum DeploymentStatusState {
  ERROR FAILURE INACTIVE IN_PROGRESS PENDING QUEUED SUCCESS WAITING
}

enum DeploymentOrderField { CREATED_AT }
input DeploymentOrder { direction: OrderDirection! field: DeploymentOrderField! }

type Deployment implements Node {
  commit: Commit
  commitOid: String!
  createdAt: DateTime!
  creator: Actor!
  databaseId: Int
  description: String
  environment: String
  id: ID!
  latestEnvironment: String
  latestStatus: DeploymentStatus
  originalEnvironment: String
  "JSON."
  payload: String
  ref: Ref
  repository: Repository!
  state: DeploymentState
  "Oldest first."
  statuses(after: String, before: String, first: Int, last: Int): DeploymentStatusConnection
  task: String
  updatedAt: DateTime!
}

type DeploymentConnection {
  edges: [DeploymentEdge]
  nodes: [Deployment]
  pageInfo: PageInfo!
  "Counted to 100,000."
  totalCount: Int!
}
type DeploymentEdge { cursor: String! node: Deployment }

type DeploymentStatus implements Node {
  createdAt: DateTime!
  creator: Actor!
  deployment: Deployment!
  description: String
  environment: String
  environmentUrl: URI
  id: ID!
  logUrl: URI
  state: DeploymentStatusState!
  updatedAt: DateTime!
}

type DeploymentStatusConnection {
  edges: [DeploymentStatusEdge]
  nodes: [DeploymentStatus]
  pageInfo: PageInfo!
  totalCount: Int!
}
type DeploymentStatusEdge { cursor: String! node: DeploymentStatus }

type Environment implements Node { databaseId: Int id: ID! name: String! }
type EnvironmentConnection {
  edges: [EnvironmentEdge]
  nodes: [Environment]
  pageInfo: PageInfo!
  totalCount: Int!
}
type EnvironmentEdge { cursor: String! node: Environment }

type Mutation {
  createDeployment(input: CreateDeploymentInput!): CreateDeploymentPayload
  createDeploymentStatus(input: CreateDeploymentStatusInput!): CreateDeploymentStatusPayload
  createEnvironment(input: CreateEnvironmentInput!): CreateEnvironmentPayload
  deleteDeployment(input: DeleteDeploymentInput!): DeleteDeploymentPayload
  deleteEnvironment(input: DeleteEnvironmentInput!): DeleteEnvironmentPayload
}

input CreateDeploymentInput {
  autoMerge: Boolean = true
  clientMutationId: String
  description: String = ""
  environment: String = "production"
  "JSON."
  payload: String = "{}"
  refId: ID!
  repositoryId: ID!
  "Left out: every status there is. Empty: none."
  requiredContexts: [String!]
  task: String = "deploy"
}
type CreateDeploymentPayload {
  "True where the default branch was merged into the ref instead."
  autoMerged: Boolean
  clientMutationId: String
  deployment: Deployment
}

input CreateDeploymentStatusInput {
  autoInactive: Boolean = true
  clientMutationId: String
  deploymentId: ID!
  description: String = ""
  environment: String
  environmentUrl: String = ""
  logUrl: String = ""
  state: DeploymentStatusState!
}
type CreateDeploymentStatusPayload {
  clientMutationId: String
  deploymentStatus: DeploymentStatus
}

input DeleteDeploymentInput { clientMutationId: String id: ID! }
type DeleteDeploymentPayload { clientMutationId: String }

input CreateEnvironmentInput { clientMutationId: String name: String! repositoryId: ID! }
type CreateEnvironmentPayload { clientMutationId: String environment: Environment }

input DeleteEnvironmentInput { clientMutationId: String id: ID! }
type DeleteEnvironmentPayload { clientMutationId: String }
`
