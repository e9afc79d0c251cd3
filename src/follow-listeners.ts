import type { ConfigPart } from './config/apply.ts'
import type { OperatorError } from './config/operator-error.ts'
import type { ConfigProblem } from './config/problems.ts'
import type { Config } from './config/schema.ts'
import type { ListenerName } from './gateway/safe-change/trial-keys.ts'
import type { ListenAddress } from './listen.ts'
import type { Listener } from './listener.ts'

export type Listeners = Readonly<Record<ListenerName, Listener>>

export const wantedAddress = (config: Config, name: ListenerName): ListenAddress =>
  name === 'public' ? config.server.listen : config.admin.listen

export const listenerKeys = { public: 'server.listen', admin: 'admin.listen' } as const

/** The listeners of the configuration in force. */
export interface FollowedListeners extends ConfigPart {
  /** Closes the doors that the configuration in force does not name. Throws `OperatorError`. */
  letGo(config: Config): Promise<void>
}

/** Moves the listeners where the configuration wants them. While `keepsFormer()`, the former doors stay open as well. */
export function followListeners(listeners: () => Listeners, keepsFormer: () => boolean): FollowedListeners {
  const names: readonly ListenerName[] = ['public', 'admin']

  async function letGo(config: Config): Promise<void> {
    for (const name of names) await listeners()[name].keepOnly(wantedAddress(config, name))
  }

  return {
    name: 'listeners',
    letGo,
    async check(next) {
      const problems: ConfigProblem[] = []
      for (const name of names) {
        const refusal = await listeners()[name].refusal(wantedAddress(next, name))
        if (refusal !== null) problems.push(asProblem(name, refusal))
      }
      return problems
    },
    async apply(next) {
      for (const name of names) await listeners()[name].open(wantedAddress(next, name))
      if (!keepsFormer()) await letGo(next)
    },
  }
}

function asProblem(name: ListenerName, { tried, likelyCause, fix }: OperatorError): ConfigProblem {
  return { path: listenerKeys[name], message: `Signpost could not ${tried}. ${likelyCause}`, fix }
}
