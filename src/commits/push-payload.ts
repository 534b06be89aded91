import type { Account } from '../accounts/model.ts'
import { noSha, type Push, type PushedCommit, type RefChange, type Signer } from '../git/model.ts'
import type { Urls } from '../lib/urls.ts'
import { keepJson } from '../recent/kept-json.ts'
import { onceForBoth } from '../recent/once-for.ts'
import { fullNameOf, type Repository } from '../repositories/model.ts'
import { eventFrame, repositoryPayload } from '../repositories/payload.ts'
import type { RefName } from './decide-push.ts'
import { type Authors, encodePath } from './payload.ts'

/** What the events of one push have in common. */
export type PushFrame = {
  readonly repository: Repository
  readonly urls: Urls
  /** The person who pushed, or who answers for the deploy key that did. */
  readonly sender: Account
  readonly pusherType: 'user' | 'deploy key'
  readonly authors: Authors
}

export type DescribedChange = {
  readonly change: RefChange
  readonly name: RefName
  readonly push: Push
  /** Another branch with the same tip as a ref that is new, by its full name. */
  readonly baseRef: string | null
}

/** Contract 6.8. */
export function pushPayload({ change, name, push, baseRef }: DescribedChange, frame: PushFrame) {
  const { repository, urls, sender } = frame
  const web = `${urls.web}/${fullNameOf(repository)}`
  const show = (commit: PushedCommit) => pushedCommit(commit, web, frame.authors)
  return {
    ref: change.ref,
    before: change.before,
    after: change.after,
    ...eventFrame(repository, sender, urls),
    repository: pushedRepository(urls, repository),
    pusher: { name: sender.login, email: sender.email },
    created: change.before === noSha,
    deleted: change.after === noSha,
    forced: push.isForced,
    base_ref: baseRef,
    compare: `${web}/${comparePath(change, name, push)}`,
    commits: push.commits.map(show),
    head_commit: push.head ? show(push.head) : null,
  }
}

/** In `push` alone the repository keeps GitHub's oldest form: Unix times, its page as `url`, more of the owner. */
const pushedRepository = onceForBoth((urls: Urls, repository: Repository) => {
  const payload = repositoryPayload(repository, urls)
  const { login, email } = repository.owner
  return keepJson({
    ...payload,
    owner: { name: login, email, ...payload.owner },
    url: payload.html_url,
    created_at: toUnix(payload.created_at),
    pushed_at: toUnix(payload.pushed_at),
    stargazers: payload.stargazers_count,
    master_branch: payload.default_branch,
  })
})

const toUnix = (time: string) => Math.floor(Date.parse(time) / 1000)

const shortShaLength = 12
const short = (sha: string) => sha.slice(0, shortShaLength)

function comparePath({ before, after }: RefChange, { name }: RefName, { commits }: Push): string {
  if (before !== noSha) return `compare/${short(before)}...${short(after)}`
  const [first] = commits
  return first ? `compare/${short(first.sha)}^...${short(after)}` : `compare/${encodePath(name)}`
}

function pushedCommit(commit: PushedCommit, web: string, authors: Authors) {
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: commit.isDistinct,
    message: commit.message,
    timestamp: zonedTime(commit.committer),
    url: `${web}/commit/${commit.sha}`,
    author: pushedPerson(commit.author, authors),
    committer: pushedPerson(commit.committer, authors),
    added: commit.added,
    removed: commit.removed,
    modified: commit.modified,
  }
}

function pushedPerson(person: Signer, authors: Authors) {
  const account = authors(person)
  return {
    name: person.name,
    email: person.email,
    ...(account ? { username: account.login } : {}),
  }
}

/** By the committer's own clock: `2026-01-31T13:00:00+01:00`. A zone no clock has counts as UTC. */
export function zonedTime({ date, zone }: Pick<Signer, 'date' | 'zone'>): string {
  const [, sign, hours = '', minutes = ''] = /^([+-])(\d\d)(\d\d)$/.exec(zone) ?? []
  if (!sign || Number(hours) > 14 || Number(minutes) > 59) return date
  const offsetMs = Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000
  const local = new Date(Date.parse(date) + offsetMs).toISOString().slice(0, 19)
  return `${local}${offsetMs === 0 ? 'Z' : `${sign}${hours}:${minutes}`}`
}

export function createPayload({ kind, name }: RefName, frame: PushFrame) {
  const { repository } = frame
  return {
    ref: name,
    ref_type: kind,
    master_branch: repository.default_branch,
    description: repository.description,
    pusher_type: frame.pusherType,
    ...eventFrame(repository, frame.sender, frame.urls),
  }
}

export function deletePayload({ kind, name }: RefName, frame: PushFrame) {
  return {
    ref: name,
    ref_type: kind,
    pusher_type: frame.pusherType,
    ...eventFrame(frame.repository, frame.sender, frame.urls),
  }
}
