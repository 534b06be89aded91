import { newestVersion } from '../app.ts'

/** What `X-GitHub-Api-Version` may say (contract 8.3), newest last. None has been retired yet. */
export const apiVersions = ['2022-11-28', newestVersion] as const
