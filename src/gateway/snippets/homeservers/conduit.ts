import { commented, type Snippet } from '../snippet.ts'
import type { HomeserverFacts } from './facts.ts'

/** Conduit and its forks (conduwuit, Tuwunel, Continuwuity): what there is to say. */
export function renderConduit({ idServer, features }: HomeserverFacts): Snippet {
  const remarks = [
    'conduwuit, Tuwunel and their relatives have no setting for an identity server, so there is nothing to add here.',
    `Their users can find people by address through ${idServer} and prove that addresses are theirs. They cannot publish an address or invite by one: these homeservers ask no identity server.`,
    'Clients learn of Signpost from /.well-known/matrix/client: serve what "signpost snippet well-known" prints from your web server.',
    'Accounts are checked over /_matrix/federation/v1/openid/userinfo, so federation must not be off altogether.',
    ...(features.appservice
      ? [
          'The application service is registered with a command in the admin room, with the registration file pasted below it.',
        ]
      : []),
  ]
  return commented('#', 'conduit.toml', remarks, [])
}
