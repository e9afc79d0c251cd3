import { commented, type Snippet } from '../snippet.ts'
import type { HomeserverFacts } from './facts.ts'

/** What `dendrite.yaml` needs. Dendrite compares the names as they are written, and asks v1. */
export function renderDendrite({ idServer, features, v1Networks }: HomeserverFacts): Snippet {
  const remarks = [
    'What Dendrite needs to know of Signpost. Merge it with the section that is there, and restart Dendrite.',
    'Dendrite tells clients of no identity server: serve what "signpost snippet well-known" prints.',
    ...(features.identityV1
      ? []
      : [
          'It uses the old API: set identityV1.enabled in signpost.yaml, or it can invite nobody by address.',
        ]),
    ...(v1Networks.length === 0
      ? []
      : [`identityV1.allow of Signpost has to hold Dendrite's address; it is now: ${v1Networks.join(', ')}`]),
  ]
  return commented('#', 'dendrite.yaml', remarks, [
    'global:',
    '  trusted_third_party_id_servers:',
    `    - ${idServer}`,
  ])
}
