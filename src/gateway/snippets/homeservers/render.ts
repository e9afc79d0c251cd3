import type { Config } from '../../../config/schema.ts'
import { renderDns } from '../dns.ts'
import type { Snippet } from '../snippet.ts'
import { renderConduit } from './conduit.ts'
import { renderDendrite } from './dendrite.ts'
import type { HomeserverFacts } from './facts.ts'
import { renderMas } from './mas.ts'
import { renderSynapse } from './synapse.ts'

/** Whom snippets are for besides reverse proxies, by the word of the command line. */
export const homeserverSnippetKinds = ['synapse', 'dendrite', 'conduit', 'mas', 'dns'] as const

export type HomeserverSnippetKind = (typeof homeserverSnippetKinds)[number]

/** What to add to the configuration of a homeserver, of Matrix Authentication Service, or to DNS. */
export function renderForHomeserver(
  kind: HomeserverSnippetKind,
  config: Config,
  facts: HomeserverFacts,
): Snippet {
  switch (kind) {
    case 'synapse':
      return renderSynapse(facts)
    case 'dendrite':
      return renderDendrite(facts)
    case 'conduit':
      return renderConduit(facts)
    case 'mas':
      return renderMas(facts)
    case 'dns': {
      const { enabled, domains } = config.federation.inbound
      return renderDns(facts, { inbound: enabled, domains: domains.length > 0 ? domains : [facts.domain] })
    }
  }
}
