import type { WebRoute } from '../web/route.ts'
import {
  addRepository,
  deleteTeam,
  putTeamMember,
  removeRepository,
  removeTeamMember,
} from './change-team.ts'
import { addMember, listOrganizations, removeMember, showPeople } from './people.ts'
import { showTeam } from './team-page.ts'
import { createTeam, showTeams } from './teams.ts'

const base = '/organizations/:org'
const team = `${base}/teams/:team_slug`

export const organizationPages: readonly WebRoute[] = [
  { method: 'GET', path: '/settings/organizations', for: 'user', handler: listOrganizations },
  { method: 'GET', path: `${base}/people`, for: 'user', handler: showPeople },
  { method: 'POST', path: `${base}/people`, for: 'user', handler: addMember },
  { method: 'POST', path: `${base}/people/:username/remove`, for: 'user', handler: removeMember },
  { method: 'GET', path: `${base}/teams`, for: 'user', handler: showTeams },
  { method: 'POST', path: `${base}/teams`, for: 'user', handler: createTeam },
  { method: 'GET', path: team, for: 'user', handler: showTeam },
  { method: 'POST', path: `${team}/delete`, for: 'user', handler: deleteTeam },
  { method: 'POST', path: `${team}/members`, for: 'user', handler: putTeamMember },
  {
    method: 'POST',
    path: `${team}/members/:username/remove`,
    for: 'user',
    handler: removeTeamMember,
  },
  { method: 'POST', path: `${team}/repositories`, for: 'user', handler: addRepository },
  {
    method: 'POST',
    path: `${team}/repositories/:repo/remove`,
    for: 'user',
    handler: removeRepository,
  },
]
