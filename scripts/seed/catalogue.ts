/** What a team has that deploys a dozen programs: the data behind screenshots and behind tests of pages. */

export const organization = 'octo-org'
/** Its owner, two who may push, and the program that deploys. */
export const logins = { owner: 'octo', people: ['mona', 'lisa'], robot: 'hubot' } as const
export const password = 'correct horse battery'

export type Project = {
  readonly name: string
  readonly description: string
  readonly environments: readonly string[]
  /** How much of all deployments are its own. */
  readonly weight: number
}

const four = ['preview', 'test', 'staging', 'production']

/** Twelve repositories, forty environments. */
export const projects: readonly Project[] = [
  project('storefront', 'What customers see', four, 8),
  project('checkout', 'From basket to order', ['test', 'staging', 'canary', 'production'], 6),
  project(
    'payments-api',
    'Cards, vouchers, refunds',
    ['test', 'staging', 'canary', 'production'],
    6,
  ),
  project('search', 'Finds products', ['test', 'staging', 'production'], 4),
  project('mobile-gateway', 'What the phones talk to', ['dev', 'test', 'staging', 'production'], 4),
  project('notifications', 'Mail, SMS and push', ['test', 'staging', 'production'], 3),
  project('image-resizer', 'Pictures in every size', ['test', 'staging', 'production'], 2),
  project('billing-worker', 'Invoices at night', ['test', 'staging', 'production'], 2),
  project('data-pipeline', 'From events to reports', ['dev', 'test', 'staging', 'production'], 3),
  project('docs-site', 'The handbook', ['preview', 'production'], 4),
  project('design-system', 'Colours, type and parts', ['preview', 'production'], 2),
  project(
    'infrastructure',
    'Networks and clusters',
    ['staging', 'eu-west', 'us-east', 'production'],
    2,
  ),
]

function project(
  name: string,
  description: string,
  environments: readonly string[],
  weight: number,
): Project {
  return { name, description, environments, weight }
}

const verbs = ['Add', 'Fix', 'Speed up', 'Simplify', 'Test', 'Document', 'Retry', 'Cache']
const things = [
  'the price of a basket with two vouchers',
  'addresses without a street number',
  'the health check behind the proxy',
  'how sizes are chosen on small screens',
  'the export of orders',
  'time zones in reports',
  'the connection pool under load',
  'what happens when a payment is late',
  'the search for words with accents',
  'log lines of failed requests',
  'the empty basket',
  'the migration of customer names',
]

/** The n-th commit's subject. */
export const subjectOf = (n: number): string =>
  `${verbs[(n * 5) % verbs.length]} ${things[(n * 7) % things.length]}`

export const failures = [
  'Health check answered 503 for 60 s; rolled back',
  'Migration 0142 timed out',
  'Image not found in the registry',
  'Disk quota exceeded on web-3',
]
