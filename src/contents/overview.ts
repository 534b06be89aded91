import type { components } from '@octokit/openapi-types'
import type { Account } from '../accounts/model.ts'
import { simpleUser } from '../accounts/payload.ts'
import { findAuthors } from '../commits/commits.ts'
import type { Author } from '../git/model.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { notFound } from '../lib/problem.ts'
import type { Urls } from '../lib/urls.ts'
import type { RepositoryCall } from '../repositories/repositories.ts'
import { anonymousContributor } from './payload.ts'

/** Nobody here looks into files to tell what they are written in. */
export async function getLanguages(): Promise<Answer> {
  return ok({})
}

/** There are no rules for branches; GitHub says so of any name a branch could have. */
export async function listBranchRules({ app, params }: RepositoryCall): Promise<Answer> {
  if (!app.git.isRefName(`refs/heads/${params['*']}`)) throw notFound()
  return ok([])
}

/** There are no pull requests. */
export async function listPulls(): Promise<Answer> {
  return ok([])
}

/** There are no issues and no pull requests, so none has any number. */
export async function refuseNumber(): Promise<Answer> {
  throw notFound()
}

/** Of the default branch; those without an account only with `anon`, as at GitHub. 204 while there are no commits. */
export async function listContributors(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, query } = call
  const tip = await app.git.branch(repository.id, repository.default_branch)
  if (!tip) return noContent
  const authors = await app.git.authors(repository.id, tip.sha)
  const isAnonymousWanted = ['1', 'true'].includes(query['anon'] ?? '')
  const all = await findContributors(call, authors)
  const shown = all.filter(({ account }) => account || isAnonymousWanted)
  const { limit, offset } = pageOf(query)
  const page = shown.slice(offset, offset + limit)
  const url = `${urls.api}/repositories/${repository.id}/contributors`
  return ok(
    page.map((contributor) => contributorPayload(contributor, urls)),
    linkHeader(url, query, shown.length),
  )
}

type Contributor = { readonly account: Account | undefined; readonly author: Author }

/** An account is one contributor, however many names and addresses its commits bear. */
async function findContributors({ app }: RepositoryCall, authors: readonly Author[]) {
  const nobody = { date: '', zone: '' }
  const signers = authors.map((author) => ({ ...nobody, ...author }))
  const accountOf = await findAuthors(
    app,
    signers.map((author) => ({ author, committer: author })),
  )
  const byPerson = Map.groupBy(authors, ({ email }) => accountOf({ email })?.id ?? email)
  const contributors = [...byPerson.values()].flatMap((own): Contributor[] => {
    const [author] = own
    if (!author) return []
    const commits = own.reduce((sum, one) => sum + one.commits, 0)
    return [{ account: accountOf(author), author: { ...author, commits } }]
  })
  return contributors.sort((a, b) => b.author.commits - a.author.commits)
}

function contributorPayload({ account, author }: Contributor, urls: Urls) {
  if (!account) return anonymousContributor(author)
  return {
    ...simpleUser(account, urls),
    contributions: author.commits,
  } satisfies components['schemas']['contributor']
}
