import type { Holder } from '../../holders/model.ts'

type Words = {
  /** Before "secrets" and "variables". */
  readonly title: string
  readonly whose: string
  /** Who gets them. */
  readonly getter: string
  readonly seers: string
}

/** What there is to say of secrets and variables, by what they belong to. */
export const words: Readonly<Record<Holder['kind'], Words>> = {
  environment: {
    title: 'Environment',
    whose: 'the environment’s',
    getter: 'What deploys here',
    seers: 'everybody who may push',
  },
  repository: {
    title: 'Repository',
    whose: 'the repository’s',
    getter: 'What deploys this repository, to any environment,',
    seers: 'everybody who may push',
  },
  organization: {
    title: 'Organization',
    whose: 'the organization’s',
    getter: 'What deploys the repositories that you choose',
    seers: 'everybody who may push to one of these repositories',
  },
}
