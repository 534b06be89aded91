/** GitHub's schema, the part about repositories and their code. */
export const repositoryTypes = /* GraphQL */ `
enum RepositoryAffiliation { COLLABORATOR ORGANIZATION_MEMBER OWNER }
enum RepositoryOrderField { CREATED_AT NAME PUSHED_AT STARGAZERS UPDATED_AT }
enum RepositoryPermission { ADMIN MAINTAIN READ TRIAGE WRITE }
enum RepositoryPrivacy { PRIVATE PUBLIC }
enum RepositoryVisibility { INTERNAL PRIVATE PUBLIC }

input RepositoryOrder { direction: OrderDirection! field: RepositoryOrderField! }

type RepositoryConnection {
  edges: [RepositoryEdge]
  nodes: [Repository]
  pageInfo: PageInfo!
  totalCount: Int!
}
type RepositoryEdge { cursor: String! node: Repository }

type Repository implements Node {
  createdAt: DateTime!
  databaseId: Int
  defaultBranchRef: Ref
  deleteBranchOnMerge: Boolean!
  deployments(
    after: String
    before: String
    environments: [String!]
    first: Int
    last: Int
    orderBy: DeploymentOrder = { field: CREATED_AT, direction: ASC }
  ): DeploymentConnection!
  description: String
  diskUsage: Int
  environment(name: String!): Environment
  environments(after: String, before: String, first: Int, last: Int): EnvironmentConnection!
  forkCount: Int!
  hasDiscussionsEnabled: Boolean!
  hasIssuesEnabled: Boolean!
  hasProjectsEnabled: Boolean!
  hasWikiEnabled: Boolean!
  homepageUrl: URI
  id: ID!
  isArchived: Boolean!
  isDisabled: Boolean!
  isEmpty: Boolean!
  isFork: Boolean!
  isInOrganization: Boolean!
  isLocked: Boolean!
  isMirror: Boolean!
  isPrivate: Boolean!
  isTemplate: Boolean!
  licenseInfo: License
  mergeCommitAllowed: Boolean!
  mirrorUrl: URI
  name: String!
  nameWithOwner: String!
  object(expression: String, oid: GitObjectID): GitObject
  owner: RepositoryOwner!
  parent: Repository
  primaryLanguage: Language
  pushedAt: DateTime
  rebaseMergeAllowed: Boolean!
  ref(qualifiedName: String!): Ref
  resourcePath: URI!
  squashMergeAllowed: Boolean!
  sshUrl: String!
  stargazerCount: Int!
  templateRepository: Repository
  updatedAt: DateTime!
  url: URI!
  viewerCanAdminister: Boolean!
  viewerHasStarred: Boolean!
  viewerPermission: RepositoryPermission
  visibility: RepositoryVisibility!
}

type License { key: String! name: String! nickname: String spdxId: String }
type Language { color: String name: String! }

interface GitObject {
  abbreviatedOid: String!
  commitResourcePath: URI!
  commitUrl: URI!
  id: ID!
  oid: GitObjectID!
  repository: Repository!
}

type Commit implements GitObject & Node {
  abbreviatedOid: String!
  author: GitActor
  authoredDate: DateTime!
  commitResourcePath: URI!
  commitUrl: URI!
  committedDate: DateTime!
  committer: GitActor
  id: ID!
  message: String!
  messageBody: String!
  messageHeadline: String!
  oid: GitObjectID!
  repository: Repository!
  resourcePath: URI!
  url: URI!
}

type GitActor { date: DateTime email: String name: String }

type Ref implements Node {
  id: ID!
  name: String!
  prefix: String!
  repository: Repository!
  target: GitObject
}
`
