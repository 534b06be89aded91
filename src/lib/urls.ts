/** The addresses this server gives out for itself; none ends with a slash. */
export type Urls = {
  /** Of the REST API, e.g. `https://slipway.example.com/api/v3`. */
  readonly api: string
  /** Of the pages and of git over HTTP, e.g. `https://slipway.example.com`. */
  readonly web: string
  /** Of git over SSH, e.g. `ssh://git@slipway.example.com:2222`. */
  readonly ssh: string
}

let known = { web: '', host: '', hostname: '' }

function parsed({ web }: Pick<Urls, 'web'>) {
  if (web !== known.web) {
    const { host, hostname } = new URL(web)
    known = { web, host, hostname }
  }
  return known
}

/** Of the pages, without the port. */
export const hostnameOf = (urls: Pick<Urls, 'web'>): string => parsed(urls).hostname

/** Of the pages, with the port where it is not the usual one. */
export const authorityOf = (urls: Pick<Urls, 'web'>): string => parsed(urls).host
