/** As far as an attempt is known to have gone. */
export type Gone = {
  readonly url: string
  readonly status_code: number
  readonly error_class: string | null
}

export const hasArrived = ({ status_code }: Pick<Gone, 'status_code'>): boolean =>
  status_code >= 200 && status_code <= 299

/** Why an attempt failed, and what to look at first; undefined for one that arrived. */
export function explainAttempt(gone: Gone): string | undefined {
  if (hasArrived(gone)) return undefined
  if (gone.status_code > 0) return statusMeaning(gone.status_code)
  const { hostname, host, port } = addressOf(gone.url)
  switch (gone.error_class) {
    case 'timed_out':
      return `There was no answer from ${host} in time. Answer first, with any status from 200 to 299, and do the work afterwards.`
    case 'connect_refused':
      return `Nothing listens at ${hostname}, port ${port}. Is the receiver running, and is that its port?`
    case 'unreachable':
      return `No connection to ${host} could be made. Look at the network and the firewalls between this server and the receiver.`
    case 'dns_not_found':
      return `There is no host named ${hostname}. Is the name spelt right, and does this server's DNS know it?`
    case 'dns_server_failure':
    case 'dns_timed_out':
      return `The DNS of this server did not say where ${hostname} is. That is mostly over soon; if not, look at the server's resolver.`
    case 'tls_failed':
      return `The certificate of ${host} could not be trusted: it is out of date, for another name, or sent without its intermediate certificate. Try: openssl s_client -connect ${hostname}:${port} -servername ${hostname}`
    case 'forbidden_address':
      return `${hostname} leads to an address that this server does not connect to, such as one of its own network. Whoever runs it can allow it with SLIPWAY_WEBHOOK_ALLOW.`
    case 'proxy_failed':
      return 'The proxy of this server did not connect; the receiver was not asked. Whoever runs the server has to look at the proxy.'
    case 'invalid_response':
      return `What answered at ${host} does not speak HTTP. Is that the right port, and should the URL begin with https?`
    case 'closed':
      return `${host} closed the connection without an answer. The receiver may have crashed on this request: look at its log.`
    default:
      return 'The request did not get through.'
  }
}

function addressOf(url: string) {
  const parsed = URL.parse(url)
  const { hostname = url, host = url, protocol = 'http:' } = parsed ?? {}
  const port = parsed?.port || (protocol === 'https:' ? '443' : '80')
  return { hostname, host, port }
}

/** What a receiver probably means by a status that is no success. */
function statusMeaning(status: number): string {
  const known = meanings[status]
  if (known) return `The receiver answered ${status}: ${known}`
  if (status < 400)
    return `The receiver answered ${status}: it sent us elsewhere, and redirects are not followed. Set the URL to where it leads.`
  if (status < 500)
    return `The receiver answered ${status}: it got the request and refused it. Its answer below may say why.`
  return `The receiver answered ${status}: it failed while it worked on the request. Look at its log at this time.`
}

const meanings: Readonly<Record<number, string>> = {
  400: 'it could not read the request. Does it expect the content type that is set here?',
  401: 'it did not accept the signature. Is the secret here the one that the receiver has?',
  403: 'it did not accept the request. Is the secret here the one that the receiver has, and does it let this server in?',
  404: 'there is nothing at this path. Is the URL right?',
  405: 'it takes no POST at this path. Is the URL right?',
  410: 'it is gone for good. The webhook was switched off, as it asks for.',
  413: 'the payload is too large for it. Raise its limit: payloads have up to 25 MB.',
  415: 'it does not take this content type. Choose the other one in the settings.',
  429: 'it has too much to do. The next attempt waits as long as it asked for.',
  502: 'a proxy in front of it could not reach it. Is the program behind the proxy running?',
  503: 'it is not ready. The next attempt waits as long as it asked for.',
  504: 'a proxy in front of it waited in vain. Answer first, and do the work afterwards.',
}
