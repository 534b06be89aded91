type Sent = {
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** The very request, signature and all, as a command for a POSIX shell. */
export const curlOf = ({ url, headers, body }: Sent): string =>
  [
    `curl --request POST ${quoted(url)}`,
    ...headers.map(([name, value]) => `--header ${quoted(`${name}: ${value}`)}`),
    `--data-binary ${quoted(body)}`,
  ].join(' \\\n  ')

/** Between single quotes a shell reads nothing but the quote that ends them. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
