/** What `X-GitHub-Api-Version` may say (contract 8.3). Both mean the same here. */
export const apiVersions = ['2022-11-28', '2026-03-10'] as const
