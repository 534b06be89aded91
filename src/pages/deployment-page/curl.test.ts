import { expect, it } from 'vitest'
import { requestFor } from './curl.ts'

const deployment = {
  ...{ ref: 'main', sha: 'a'.repeat(40), task: 'deploy', environment: "it's $HOME" },
  ...{ description: null, payload: '{"id":12345678901234567890}' },
  transient_environment: 0,
  production_environment: 1,
} as const

it('asks for the same again, whatever stands in it, and takes the token from the shell', () => {
  const url = 'https://slipway.example.com/api/v3/repos/octo/hello/deployments'
  expect(requestFor(deployment, url, deployment.ref)).toBe(
    String.raw`curl --request POST https://slipway.example.com/api/v3/repos/octo/hello/deployments \
  --header 'Accept: application/vnd.github+json' \
  --header "Authorization: Bearer $TOKEN" \
  --data-binary '{"ref":"main","task":"deploy","auto_merge":false,"environment":"it'\''s $HOME","payload":{"id":12345678901234567890},"transient_environment":false,"production_environment":true}'`,
  )
})
