/** A sample of Prometheus's text format. */
export type Sample = {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** What is at `/metrics`. */
export async function scrape(url: string, token?: string): Promise<Sample[]> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(url, { headers })
  if (response.status !== 200) throw new Error(`${url} answers ${response.status}`)
  return (await response.text())
    .split('\n')
    .flatMap((line) => (line === '' || line.startsWith('#') ? [] : [sampleOf(line)]))
}

function sampleOf(line: string): Sample {
  const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
  const pairs = labels.matchAll(/(\w+)="([^"]*)"/g)
  return {
    name,
    labels: Object.fromEntries([...pairs].map(([, key = '', text = '']) => [key, text])),
    value: Number(value),
  }
}
