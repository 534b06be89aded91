/** GitHub's schema, the part about accounts and what all types share. */
export const accountTypes = /* GraphQL */ `
"An ISO-8601 encoded UTC date string."
scalar DateTime
"An RFC 3986, RFC 3987, and RFC 6570 (level 4) compliant URI string."
scalar URI
"A Git object ID."
scalar GitObjectID

"An object with an ID."
interface Node { id: ID! }

"Represents an object which can take actions on GitHub. Typically a User or Bot."
interface Actor {
  avatarUrl(size: Int): URI!
  login: String!
  resourcePath: URI!
  url: URI!
}

"Represents an owner of a Repository."
interface RepositoryOwner {
  avatarUrl(size: Int): URI!
  id: ID!
  login: String!
  ${repositoriesOf()}
  repository(followRenames: Boolean = true, name: String!): Repository
  resourcePath: URI!
  url: URI!
}

type User implements Actor & Node & RepositoryOwner {
  ${account()}
  ${repositoriesOf()}
  repository(followRenames: Boolean = true, name: String!): Repository
  email: String!
  name: String
  isSiteAdmin: Boolean!
  isViewer: Boolean!
}

type Organization implements Actor & Node & RepositoryOwner {
  ${account()}
  ${repositoriesOf()}
  repository(followRenames: Boolean = true, name: String!): Repository
  name: String
}

type Bot implements Actor & Node {
  ${account()}
}

type PageInfo {
  endCursor: String
  hasNextPage: Boolean!
  hasPreviousPage: Boolean!
  startCursor: String
}

enum OrderDirection { ASC DESC }

"Null where requests are not limited."
type RateLimit {
  cost: Int!
  limit: Int!
  nodeCount: Int!
  remaining: Int!
  resetAt: DateTime!
  used: Int!
}

type Query {
  node(id: ID!): Node
  nodes(ids: [ID!]!): [Node]!
  organization(login: String!): Organization
  rateLimit(dryRun: Boolean = false): RateLimit
  repository(followRenames: Boolean = true, name: String!, owner: String!): Repository
  repositoryOwner(login: String!): RepositoryOwner
  user(login: String!): User
  viewer: User!
}
`

/** What every account has, whatever it is. */
function account() {
  return `
  avatarUrl(size: Int): URI!
  createdAt: DateTime!
  databaseId: Int
  id: ID!
  login: String!
  resourcePath: URI!
  updatedAt: DateTime!
  url: URI!`
}

function repositoriesOf() {
  return `repositories(
    after: String
    before: String
    first: Int
    isFork: Boolean
    last: Int
    orderBy: RepositoryOrder
    ownerAffiliations: [RepositoryAffiliation] = [OWNER, COLLABORATOR]
    privacy: RepositoryPrivacy
    visibility: RepositoryVisibility
  ): RepositoryConnection!`
}
