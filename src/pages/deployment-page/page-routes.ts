import { repositoryPage } from '../dashboard/repository-page.ts'
import type { WebRoute } from '../web/route.ts'
import { answer, ask, doings } from './confirm.ts'
import { showCurl } from './curl.ts'
import { showDeployment } from './deployment-page.ts'
import { answerReview } from './review.ts'

const at = '/deployments/:id'
const write = 'deployments:write'

export const deploymentPages: readonly WebRoute[] = [
  repositoryPage('GET', at, 'deployments:read', showDeployment),
  repositoryPage('GET', `${at}/curl`, write, showCurl),
  repositoryPage('POST', `${at}/review`, 'deployments:review', answerReview),
  ...doings.flatMap((doing) => [
    repositoryPage('GET', `${at}/${doing.path}`, write, (visit) => ask(visit, doing)),
    repositoryPage('POST', `${at}/${doing.path}`, write, (visit) => answer(visit, doing)),
  ]),
]
