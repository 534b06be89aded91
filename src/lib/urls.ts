/** The addresses this server gives out for itself; none ends with a slash. */
export type Urls = {
  /** Of the REST API, e.g. `https://slipway.example.com/api/v3`. */
  readonly api: string
  /** Of the pages and of git over HTTP, e.g. `https://slipway.example.com`. */
  readonly web: string
  /** Of git over SSH, e.g. `ssh://git@slipway.example.com:2222`. */
  readonly ssh: string
}

/** Without the port. */
export const hostnameOf = ({ web }: Pick<Urls, 'web'>): string =>
  /^[^:]+:\/\/(\[[^\]]*\]|[^:/]*)/.exec(web)?.[1] ?? ''
