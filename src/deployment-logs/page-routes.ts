import { repositoryPage } from '../pages/dashboard/repository-page.ts'
import type { WebRoute } from '../pages/web/route.ts'
import { giveLines, giveRaw } from './deployment-logs.ts'

const path = '/deployments/:id/log'
const read = 'deployments:read'

export const deploymentLogPages: readonly WebRoute[] = [
  repositoryPage('GET', path, read, giveRaw),
  repositoryPage('GET', `${path}/lines`, read, giveLines),
]
