import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Certificate = { readonly key: string; readonly cert: string }

/** Certificates of an authority that lives for one test. Call `remove` when done. */
export type Authority = {
  readonly certificate: string
  readonly issue: (options: { san: string; isExpired?: boolean }) => Certificate
  /** Signed by one whom the authority signed: `chain` has both certificates, `alone` the receiver's. */
  readonly issueBelow: (san: string) => { readonly chain: Certificate; readonly alone: Certificate }
  readonly selfSigned: () => Certificate
  readonly remove: () => void
}

const configuration = (dir: string) => `
[ca]
default_ca = one
[one]
dir = ${dir}
database = ${dir}/index.txt
serial = ${dir}/serial
new_certs_dir = ${dir}
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
`

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

export function createAuthority(): Authority {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-ca-'))
  writeFileSync(join(dir, 'ca.cnf'), configuration(dir))
  writeFileSync(join(dir, 'index.txt'), '')
  writeFileSync(join(dir, 'serial'), '01\n')
  const own = createSelfSigned(join(dir, 'ca'), 'DNS:ca.example')
  return {
    certificate: own.cert,
    issue: (options) => issue(dir, options),
    issueBelow: (san) => issueBelow(dir, san),
    selfSigned: () => createSelfSigned(join(dir, 'self'), 'IP:127.0.0.1'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}

function createSelfSigned(path: string, san: string): Certificate {
  const subject = ['-subj', '/CN=self', '-addext', `subjectAltName=${san}`]
  const files = ['-keyout', `${path}.key`, '-out', `${path}.pem`]
  openssl('req', '-x509', ...newKey, '-days', '2', ...subject, ...files)
  return pairAt(path)
}

/** By the authority itself; `openssl x509` signs without a database, which is enough for what never expires here. */
function issueBelow(dir: string, san: string): ReturnType<Authority['issueBelow']> {
  const sign = (name: string, by: string, extension: string) => {
    const path = join(dir, name)
    writeFileSync(`${path}.ext`, extension)
    openssl(
      'req',
      '-new',
      ...newKey,
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${path}.key`,
      '-out',
      `${path}.csr`,
    )
    const issuer = [
      '-CA',
      join(dir, `${by}.pem`),
      '-CAkey',
      join(dir, `${by}.key`),
      '-CAcreateserial',
    ]
    openssl(
      'x509',
      '-req',
      '-in',
      `${path}.csr`,
      ...issuer,
      '-days',
      '2',
      '-extfile',
      `${path}.ext`,
      '-out',
      `${path}.pem`,
    )
    return pairAt(path)
  }
  const between = sign('between', 'ca', 'basicConstraints=critical,CA:TRUE\n')
  const alone = sign('below', 'between', `subjectAltName=${san}\n`)
  return { alone, chain: { key: alone.key, cert: alone.cert + between.cert } }
}

function issue(dir: string, { san, isExpired }: Parameters<Authority['issue']>[0]): Certificate {
  const path = join(dir, 'one')
  const subject = ['-subj', '/CN=receiver', '-addext', `subjectAltName=${san}`]
  openssl('req', '-new', ...newKey, ...subject, '-keyout', `${path}.key`, '-out', `${path}.csr`)
  const past = ['-startdate', '20200101000000Z', '-enddate', '20200102000000Z']
  const authority = ['-cert', join(dir, 'ca.pem'), '-keyfile', join(dir, 'ca.key')]
  const signing = [
    '-config',
    join(dir, 'ca.cnf'),
    ...authority,
    ...(isExpired ? past : ['-days', '1']),
  ]
  openssl('ca', '-batch', ...signing, '-in', `${path}.csr`, '-out', `${path}.pem`)
  return pairAt(path)
}

const pairAt = (path: string): Certificate => ({
  key: readFileSync(`${path}.key`, 'utf8'),
  cert: readFileSync(`${path}.pem`, 'utf8'),
})

function openssl(...args: string[]): void {
  try {
    execFileSync('openssl', args, { stdio: 'pipe', timeout: 20_000 })
  } catch (cause) {
    throw new Error('openssl failed. If it is missing: apt-get install -y openssl', { cause })
  }
}
