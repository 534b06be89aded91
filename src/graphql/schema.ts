/** A field's type by name where it has fields of its own, and the arguments that it must be given. */
type FieldType = { readonly type?: string; readonly args?: readonly string[] }

const value: FieldType = {}
const named = <Name extends string>(...names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, value])) as Record<Name, FieldType>

const owner = named('__typename', 'id', 'login', 'url')

/** The part of GitHub's schema that is answered here, with its names (contract 14). */
export const schema = {
  Query: {
    ...named('__typename'),
    viewer: { type: 'User' },
    repository: { type: 'Repository', args: ['owner', 'name'] },
  },
  User: { ...owner, ...named('databaseId', 'name') },
  RepositoryOwner: owner,
  Organization: owner,
  Ref: named('__typename', 'name'),
  Repository: {
    ...named(
      '__typename',
      'id',
      'databaseId',
      'name',
      'nameWithOwner',
      'description',
      'homepageUrl',
      'url',
      'sshUrl',
      'createdAt',
      'updatedAt',
      'pushedAt',
      'visibility',
      'viewerPermission',
      'viewerCanAdminister',
      'isPrivate',
      'isArchived',
      'isEmpty',
      'isFork',
      'isInOrganization',
      'isMirror',
      'isTemplate',
      'hasIssuesEnabled',
      'hasProjectsEnabled',
      'hasWikiEnabled',
      'hasDiscussionsEnabled',
      'mergeCommitAllowed',
      'rebaseMergeAllowed',
      'squashMergeAllowed',
      'deleteBranchOnMerge',
      'diskUsage',
      'forkCount',
      'stargazerCount',
      'viewerHasStarred',
      'mirrorUrl',
    ),
    owner: { type: 'RepositoryOwner' },
    defaultBranchRef: { type: 'Ref' },
    parent: { type: 'Repository' },
    templateRepository: { type: 'Repository' },
  },
} as const satisfies Record<string, Record<string, FieldType>>

export type TypeName = keyof typeof schema

const isTypeName = (name: string): name is TypeName => Object.hasOwn(schema, name)

/** Undefined where there is no such type. */
export const findType = (name: string): TypeName | undefined =>
  isTypeName(name) ? name : undefined

/** Undefined where the type has no such field. */
export function findField(type: TypeName, name: string): FieldType | undefined {
  const fields: Readonly<Record<string, FieldType>> = schema[type]
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}
