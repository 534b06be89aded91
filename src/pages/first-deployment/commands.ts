import type { Secret } from '../../lib/secret.ts'

export const shells = ['sh', 'fish', 'powershell'] as const
export type Shell = (typeof shells)[number]

export type Place = {
  /** Of the API and of git, as the reader's browser reaches them. */
  readonly api: string
  readonly web: string
  readonly login: string
  readonly repository: string
  readonly branch: string
}

/** Lines to paste, for those shells that understand them. */
export type Lines = { readonly for: readonly Shell[]; readonly lines: readonly string[] }

/** bash, zsh and fish differ in nothing that the later steps use. */
const posix = ['sh', 'fish'] as const
const windows = ['powershell'] as const

/** Keeps the token where the other commands find it, and uses it once. */
export function tokenLines({ api }: Place, token: Secret): Lines[] {
  const secret = token.reveal()
  const ask = `curl -H "Authorization: Bearer $SLIPWAY_TOKEN" ${api}/user`
  return [
    {
      for: ['sh'],
      lines: [`export SLIPWAY_API_URL=${api}`, `export SLIPWAY_TOKEN=${secret}`, ask],
    },
    {
      for: ['fish'],
      lines: [`set -gx SLIPWAY_API_URL ${api}`, `set -gx SLIPWAY_TOKEN ${secret}`, ask],
    },
    {
      for: windows,
      lines: [
        `$env:SLIPWAY_API_URL = '${api}'`,
        `$env:SLIPWAY_TOKEN = '${secret}'`,
        `$headers = @{ Authorization = "Bearer $env:SLIPWAY_TOKEN" }`,
        `Invoke-RestMethod ${api}/user -Headers $headers`,
      ],
    },
  ]
}

export const repositoryLines = ({ api, repository }: Place): Lines[] =>
  post(`${api}/user/repos`, { name: repository, private: true })

export function pushLines({ web, login, repository, branch }: Place): Lines[] {
  const { protocol, host } = new URL(web)
  const remote = (token: string) =>
    `${protocol}//${login}:${token}@${host}/${login}/${repository}.git`
  const make = [`git init -b ${branch} ${repository}`, `cd ${repository}`]
  const commit = ['git add .', 'git commit -m "Say hello"']
  const push = (token: string) => `git push "${remote(token)}" HEAD:${branch}`
  return [
    {
      for: posix,
      lines: [...make, 'echo Hello > README.md', ...commit, push('$SLIPWAY_TOKEN')],
    },
    {
      for: windows,
      lines: [...make, 'Set-Content README.md Hello', ...commit, push('$env:SLIPWAY_TOKEN')],
    },
  ]
}

export const deploymentLines = (place: Place): Lines[] =>
  post(deploymentsOf(place), { ref: place.branch, environment: 'production' })

export const statusLines = (place: Place, id: number): Lines[] =>
  post(`${deploymentsOf(place)}/${id}/statuses`, { state: 'success', description: 'It is up' })

const deploymentsOf = ({ api, login, repository }: Place) =>
  `${api}/repos/${login}/${repository}/deployments`

/** What is sent is made of plain words: nothing in it ends a quotation. */
function post(url: string, body: Readonly<Record<string, string | boolean>>): Lines[] {
  const json = JSON.stringify(body)
  return [
    {
      for: posix,
      lines: [`curl -H "Authorization: Bearer $SLIPWAY_TOKEN" ${url} -d '${json}'`],
    },
    {
      for: windows,
      lines: [`Invoke-RestMethod ${url} -Method Post -Headers $headers -Body '${json}'`],
    },
  ]
}

/** The same by Slipway's own tool, in every shell. */
export const ownTool = {
  repository: ({ login, repository }: Place) =>
    `slipway repo create ${login}/${repository} --private`,
  deployment: ({ login, repository, branch }: Place) =>
    `slipway deploy ${login}/${repository} --ref ${branch} --environment production`,
  status: ({ login, repository }: Place, id: number) =>
    `slipway deployment status set ${id} --state success -R ${login}/${repository}`,
}
