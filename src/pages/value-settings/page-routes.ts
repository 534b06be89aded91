import type { Kept } from '../../holders/model.ts'
import type { WebRoute } from '../web/route.ts'
import { ofOrganizations, ofRepositories } from './levels.ts'
import { changeInPlace, dropValue, listValues, saveValue } from './list.ts'
import { changeAudience, changeValue, showValue } from './shared-value.ts'

/** A sealed secret of 48 KB, in base64 with its signs escaped; one in the clear, every byte of it escaped. */
const bodyBytesMax = 192 * 1024
const one = '/:name'

export const valuePages: readonly WebRoute[] = [...pagesOf('secret'), ...pagesOf('variable')].map(
  (route) => ({ ...route, bodyBytesMax }),
)

function pagesOf(kept: Kept): WebRoute[] {
  const [ofRepository, ofOrganization] = [ofRepositories(kept), ofOrganizations(kept)]
  const lists = [ofRepository, ofOrganization].flatMap((page) => [
    page('GET', '', listValues),
    page('POST', '', saveValue),
    page('POST', `${one}/delete`, dropValue),
  ])
  return [
    ...lists,
    ...(kept === 'variable' ? [ofRepository('POST', one, changeInPlace)] : []),
    ofOrganization('GET', one, showValue),
    ofOrganization('POST', one, changeValue),
    ofOrganization('POST', `${one}/repositories`, changeAudience),
  ]
}
