import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client'

/** Prom-client does not say this in its types. */
type Known = { readonly labelNames?: readonly string[] }

/** `docs/metrics.md`, from the registry of a running server. */
export async function metricsPage(registry: Registry): Promise<string> {
  const rows = (await registry.getMetricsAsJSON()).map((metric) => rowOf(registry, metric))
  const isOurs = (row: string) => /^\| `(webhook|slipway)_/.test(row)
  return `${head}\n\n${tableOf(rows.filter(isOurs))}\n\n${processHead}\n\n${tableOf(
    rows.filter((row) => !isOurs(row)),
  )}\n`
}

const head = `# Metrics

Written from what the server registers by \`npx vitest run test/metrics --update\`; do not edit.

\`/metrics\` is off until somebody may look: \`SLIPWAY_METRICS_PORT\` opens it on a port of its own, on
\`SLIPWAY_METRICS_HOST\` (\`127.0.0.1\`); \`SLIPWAY_METRICS_TOKEN\` opens it on the main port, and closes the other,
to whoever sends \`Authorization: Bearer …\`. With several nodes, scrape each: what is read from the database (backlog,
breakers, disabled hooks) is the same from all of them, so take the maximum; everything else is a node's own.

\`grafana/slipway.json\` is a dashboard, \`grafana/alerts.yaml\` has rules for Prometheus.

\`\`\`yaml
scrape_configs:
  - job_name: slipway
    static_configs: [{ targets: ['127.0.0.1:9465'] }]
\`\`\`

## Of Slipway

The names that begin with \`webhook_\` are those of delivery 4.9.`

const processHead = `## Of the process

As \`prom-client\` has them. Watch \`nodejs_eventloop_lag_p99_seconds\`, since everything in a process waits for its event
loop, and \`process_resident_memory_bytes\`.`

const tableOf = (rows: readonly string[]) =>
  ['| name | type | labels | what it tells, and what to do |', '|---|---|---|---|', ...rows].join(
    '\n',
  )

function rowOf(registry: Registry, metric: MetricObjectWithValues<MetricValue<string>>): string {
  const { labelNames = [] } = registry.getSingleMetric(metric.name) as Known
  const labels = labelNames.map((label) => `\`${label}\``).join(', ')
  return `| \`${metric.name}\` | ${metric.type} | ${labels} | ${metric.help} |`
}
