import { appPayload } from '../apps/payload.ts'
import type { Call, Route } from '../auth/route.ts'
import type { Answer } from '../http/answer.ts'
import { convertManifest } from './manifests.ts'

export const manifestRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/app-manifests/:code/conversions',
    accepted: '',
    docs: 'https://docs.github.com/rest/apps/apps#create-a-github-app-from-a-manifest',
    handler: postConversion,
  },
]

/** The code is all that is asked for: whoever has it was sent back with it by the owner. */
async function postConversion({ app, params, urls }: Call): Promise<Answer> {
  const made = await convertManifest(app, params['code'] ?? '')
  const body = {
    ...appPayload(made.registered, urls),
    client_secret: made.clientSecret.reveal(),
    webhook_secret: made.webhookSecret?.reveal() ?? null,
    pem: made.privateKey.reveal(),
  }
  return { status: 201, body }
}
