import { expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { alwaysRefused, unusedRelaxations } from './known-gaps.ts'
import {
  changeRepository,
  inviteCollaborators,
  lookAround,
  makeRepositories,
} from './scenario-accounts.ts'
import { driveApps, registerByManifest } from './scenario-apps.ts'
import { checkCommits } from './scenario-checks.ts'
import {
  changeRefs,
  dispatchEvents,
  downloadArchives,
  lookForIssues,
  protectBranches,
  readCode,
  readContents,
  reportStatuses,
  writeObjects,
} from './scenario-code.ts'
import {
  askForAppRules,
  chooseRefs,
  configureEnvironments,
  deploy,
  keepKeys,
  mergeFirst,
} from './scenario-deployments.ts'
import { keepAppHook, keepHooks, keepOrganizationHooks } from './scenario-hooks.ts'
import { lookAfterTokens } from './scenario-oauth.ts'
import {
  administrate,
  keepMembers,
  keepTeams,
  shareSecrets,
  shareVariables,
} from './scenario-organizations.ts'
import { reviewDeployments } from './scenario-reviews.ts'
import { keepSecrets, keepVariables } from './scenario-secrets.ts'
import { openStage } from './scenes.ts'

/** Every answer of every route, held to GitHub's own description of its API. */

const ofOneRepository = [
  changeRepository,
  inviteCollaborators,
  readCode,
  protectBranches,
  readContents,
  lookForIssues,
  dispatchEvents,
  writeObjects,
  changeRefs,
  downloadArchives,
  reportStatuses,
  checkCommits,
  deploy,
  mergeFirst,
  configureEnvironments,
  chooseRefs,
  askForAppRules,
  reviewDeployments,
  keepKeys,
  keepSecrets,
  keepVariables,
  keepHooks,
  driveApps,
]

it.each(engines)(
  'every route answers as GitHub describes, on %s',
  { timeout: 180_000 },
  async (engine) => {
    const { server, recorder, scene } = await openStage(engine)
    const byName = await scene('by-name', 'name')
    const byId = await scene('by-id', 'id', server.url)
    for (const here of [byName, byId]) {
      for (const play of ofOneRepository) await play(here)
      await here.octo(`DELETE ${here.base}`, 204)
      await here.octo(`GET ${here.base}`, 404)
    }
    const elsewhere = await scene('other', 'name')
    await lookAround(elsewhere)
    await makeRepositories(elsewhere)
    await keepMembers(elsewhere)
    await keepTeams(elsewhere)
    await shareSecrets(elsewhere)
    await shareVariables(elsewhere)
    await administrate(elsewhere)
    await keepOrganizationHooks(elsewhere)
    await keepAppHook(elsewhere)
    await lookAfterTokens(elsewhere)
    await registerByManifest(elsewhere)
    expect(recorder.unanswered()).toEqual(Object.keys(alwaysRefused))
    expect(unusedRelaxations()).toEqual([])
  },
)
