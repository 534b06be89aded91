/** The addresses this server gives out for itself; none ends with a slash. */
export type Urls = {
  /** Of the REST API, e.g. `https://slipway.example.com/api/v3`. */
  readonly api: string
  /** Of the pages and of git over HTTP, e.g. `https://slipway.example.com`. */
  readonly web: string
  /** Of git over SSH, e.g. `ssh://git@slipway.example.com:2222`. */
  readonly ssh: string
}

let known = { web: '', hostname: '' }

/** Of the pages, without the port. */
export function hostnameOf({ web }: Pick<Urls, 'web'>): string {
  if (web !== known.web) known = { web, hostname: new URL(web).hostname }
  return known.hostname
}
