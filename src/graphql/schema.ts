import { buildSchema } from 'graphql'
import { accountTypes } from './account-types.ts'
import { deploymentTypes } from './deployment-types.ts'
import { repositoryTypes } from './repository-types.ts'

/**
 * The part of GitHub's schema that is answered here, under GitHub's names
 * (contract 14). The objects of `nodes/` have a property for each field.
 */
export const schema = buildSchema([accountTypes, repositoryTypes, deploymentTypes].join('\n'))
