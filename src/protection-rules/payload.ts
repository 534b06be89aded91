import type { components } from '@octokit/openapi-types'
import { nodeId } from '../lib/node-id.ts'
import type { Urls } from '../lib/urls.ts'
import type { Repository } from '../repositories/model.ts'
import type { Gatekeeper, ProtectionRule } from './model.ts'

type Schemas = components['schemas']

/** Contract 4.7. A rule that is there is enabled: there is no switch on the wire. */
export const protectionRulePayload = (rule: ProtectionRule, repository: Repository, urls: Urls) =>
  ({
    id: rule.id,
    node_id: nodeId('GA', repository.id, rule.id),
    enabled: true,
    app: gatekeeperPayload(rule.app, urls),
  }) satisfies Schemas['deployment-protection-rule']

export const gatekeeperPayload = ({ id, slug }: Pick<Gatekeeper, 'id' | 'slug'>, urls: Urls) =>
  ({
    id,
    slug,
    integration_url: `${urls.api}/apps/${slug}`,
    node_id: nodeId('A', id),
  }) satisfies Schemas['custom-deployment-rule-app']
