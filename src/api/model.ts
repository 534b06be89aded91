/** What `X-GitHub-Api-Version` may say (contract 8.3), newest last. None has been retired yet. */
export const apiVersions = ['2022-11-28', '2026-03-10'] as const

export const newestVersion = apiVersions[1]

/**
 * The GitHub Enterprise Server whose API this one speaks. Clients know a server
 * of one's own by it, and choose by it what they may ask for (contract 8.5 and
 * 8.8), so it says what we answer to, not how old we are.
 */
export const enterpriseVersion = '3.19.0'
