import { repositoryPage } from '../dashboard/repository-page.ts'
import type { WebRoute } from '../web/route.ts'
import { answerEnvironmentPin, answerPin } from './pin.ts'
import { leadToEnvironment, showTimeline } from './timeline.ts'

const read = 'deployments:read'

export const timelinePages: readonly WebRoute[] = [
  repositoryPage('GET', '', read, leadToEnvironment),
  repositoryPage('POST', '/pin', read, answerPin),
  repositoryPage(
    'POST',
    '/settings/environments/:environment_id/pin',
    'environments:write',
    answerEnvironmentPin,
  ),
  repositoryPage('GET', '/deployments', read, showTimeline),
  repositoryPage('GET', '/deployments/activity_log', read, leadToEnvironment),
  repositoryPage('GET', '/deployments/*', read, leadToEnvironment),
]
