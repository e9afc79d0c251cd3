import { isDeepStrictEqual } from 'node:util'
import type { Config } from '../../config/schema.ts'

/** The listeners by which somebody reaches Signpost. */
export type ListenerName = 'public' | 'admin'

/** What can lock somebody out: a change of these has to be confirmed from the new address. */
export const trialKeys = ['server.listen', 'admin.listen', 'server.publicUrl'] as const
export type TrialKey = (typeof trialKeys)[number]

/** Where a change is confirmed: below what a reverse proxy passes on anyway, and at the admin listener. */
export const confirmPaths: Readonly<Record<ListenerName, string>> = {
  public: '/_matrix/identity/unstable/org.signpost.change',
  admin: '/confirm',
}

/** The listener at which the new value of a key proves itself. */
export const listenerOf = (key: TrialKey): ListenerName => (key === 'admin.listen' ? 'admin' : 'public')

const valueOf = ({ server, admin }: Config, key: TrialKey): unknown =>
  ({ 'server.listen': server.listen, 'admin.listen': admin.listen, 'server.publicUrl': server.publicUrl })[
    key
  ]

/** Those that differ and can be tried; a public URL that is taken away falls back to the Matrix domain. */
export function keysToTry(current: Config, next: Config): readonly TrialKey[] {
  return trialKeys.filter((key) => !isDeepStrictEqual(valueOf(current, key), valueOf(next, key)))
}

/**
 * The configuration while a change is tried: listeners open the new address, but the public URL stays the former one,
 * since mails that go out meanwhile carry it for good.
 */
export function duringTrial(current: Config, next: Config): Config {
  return { ...next, server: { ...next.server, publicUrl: current.server.publicUrl } }
}

/** `config` with the network settings of `former`. */
export function withNetworkOf(former: Config, config: Config): Config {
  const { listen, publicUrl } = former.server
  return {
    ...config,
    server: { ...config.server, listen, publicUrl },
    admin: { ...config.admin, listen: former.admin.listen },
  }
}
