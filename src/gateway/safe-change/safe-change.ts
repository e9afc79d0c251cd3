import type { ConfigHolder } from '../../config/apply.ts'
import type { ConfigChange } from '../../config/edit-text.ts'
import { OperatorError } from '../../config/operator-error.ts'
import { previewConfig, saveConfig } from '../../config/save.ts'
import type { Config } from '../../config/schema.ts'
import type { Runtime } from '../../runtime.ts'
import {
  readChangeState,
  refusedState,
  tryingState,
  writeChangeState,
  type ChangeState,
} from './change-state.ts'
import { isSameHash, proves, tokenHash, type ArrivedAt, type ConfirmRequest } from './confirmation.ts'
import { startDeadline } from './deadline.ts'
import { inTurns } from './in-turns.ts'
import {
  confirmPaths,
  duringTrial,
  keysToTry,
  listenerOf,
  withNetworkOf,
  type TrialKey,
} from './trial-keys.ts'

/** How long a change waits for its confirmation. */
export const TRIAL_MS = 60_000

export interface SafeChangeOptions {
  readonly dataDir: string
  readonly config: ConfigHolder
  readonly runtime: Runtime
  readonly arrivedAt: ArrivedAt
  /** Base URL that leads to the new value of a key. */
  readonly urlOf: (key: TrialKey, next: Config) => string
  /** Closes the addresses that the configuration in force does not name. */
  readonly letGo: (config: Config) => Promise<void>
  /** Told of the end of a trial: kept, or gone back. */
  readonly ended?: (trial: ChangeState) => Promise<void>
}

export interface BeginOptions {
  /** Default: 60 s. */
  readonly withinMs?: number
  /** Default: made here. */
  readonly id?: string
  /** SHA-256 (hex) of a token that the caller has made. Default: a token is made here, and returned. */
  readonly tokenHash?: string
}

/** What became of a change. `token` is there for a change that is tried and whose caller brought none. */
export type Begun = ChangeState & { readonly token: string | null }

export type Confirmed =
  | { readonly state: 'kept' | 'failed' }
  /** What the request did not prove. */
  | { readonly state: 'waiting'; readonly missing: readonly TrialKey[] }

/**
 * Changes of the configuration in a running Signpost. One that could lock somebody out (`trialKeys`) is tried first: the
 * new address opens beside the former one, and `signpost.yaml` stays as it is until a request with the token has arrived
 * at every new address. Without that, and after a crash, everything is as before.
 */
export interface SafeChange {
  /** Throws `ConfigError` when the result cannot be used, `OperatorError` when it cannot be read, applied or written. */
  begin(changes: readonly ConfigChange[], options?: BeginOptions): Promise<Begun>
  /** Null for a token that no change has. */
  confirm(token: string, request: ConfirmRequest): Promise<Confirmed | null>
  /** Ends a trial at once; false when there is none. */
  revert(): Promise<boolean>
  /** True while former addresses have to stay open. */
  isTrying(): boolean
  /** Tells of a change that a crash or a restart has ended. Call it once, at the start. */
  noteLeftOver(): Promise<void>
  /** Forgets the trial; the configuration of the next start is the former one. */
  stop(): void
}

interface Trial {
  readonly id: string
  readonly tokenHash: string
  readonly changes: readonly ConfigChange[]
  readonly former: Config
  readonly next: Config
  readonly keys: readonly TrialKey[]
  readonly missing: Set<TrialKey>
  readonly endDeadline: () => void
}

export function createSafeChange(options: SafeChangeOptions): SafeChange {
  const { dataDir, config, runtime } = options
  const { clock, random, log } = runtime
  const turn = inTurns()
  let trial: Trial | null = null
  /** A second confirmation of the same change, as from a second window, is no failure. */
  let lastKept: string | null = null

  const note = async (state: ChangeState) => {
    await writeChangeState(dataDir, state)
    if (state.keys.length > 0 && state.state !== 'trying') {
      await options
        .ended?.(state)
        .catch((err: unknown) => log.error({ err }, 'the end of a change of addresses could not be noted'))
    }
    return state
  }

  async function begin(changes: readonly ConfigChange[], asked: BeginOptions): Promise<Begun> {
    const next = await previewConfig({ dataDir, changes })
    // While one change is tried, the file still has the former values.
    const before = trial === null ? config.current() : withNetworkOf(trial.former, config.current())
    const keys = keysToTry(before, next)
    const id = asked.id ?? random.bytes(9).toString('base64url')
    if (keys.length === 0) return { ...(await keepAtOnce(id, changes, next)), token: null }
    if (trial !== null) throw underWay(trial.keys)
    const token = asked.tokenHash === undefined ? random.bytes(24).toString('base64url') : null
    const withinMs = asked.withinMs ?? TRIAL_MS
    trial = {
      id,
      tokenHash: asked.tokenHash ?? tokenHash(token ?? ''),
      changes,
      former: config.current(),
      next,
      keys,
      missing: new Set(keys),
      endDeadline: startDeadline(clock, withinMs, () => void turn(() => giveUp('unconfirmed'))),
    }
    return { ...(await tryOut(trial, clock.now() + withinMs)), token }
  }

  async function keepAtOnce(
    id: string,
    changes: readonly ConfigChange[],
    next: Config,
  ): Promise<ChangeState> {
    const former = config.current()
    const result = await config.apply(next)
    if (!result.applied) return await note(refusedState(id, [], result.problems))
    try {
      await saveConfig({ dataDir, changes, clock })
    } catch (error) {
      await config.apply(former)
      throw error
    }
    return await note({ ...tryingState(id, []), state: 'kept', restartNeeded: [...result.restartNeeded] })
  }

  async function tryOut(current: Trial, expiresAt: number): Promise<ChangeState> {
    const { id, keys, next, former } = current
    try {
      const result = await config.apply(duringTrial(former, next))
      if (!result.applied) {
        await leave()
        return await note(refusedState(id, keys, result.problems))
      }
    } catch (error) {
      await leave()
      throw error
    }
    const confirmAt = keys.map((key) => ({
      key,
      url: `${options.urlOf(key, next)}${confirmPaths[listenerOf(key)]}`,
    }))
    log.warn(
      { keys, confirmAt },
      'a change of the network settings is tried, and reverts unless it is confirmed',
    )
    return await note({ ...tryingState(id, keys), expiresAt, confirmAt })
  }

  /** Ends the trial; the addresses that the configuration in force does not name close. */
  async function leave(): Promise<void> {
    trial?.endDeadline()
    trial = null
    await options
      .letGo(config.current())
      .catch((err: unknown) => log.error({ err }, 'a former address could not be let go of'))
  }

  async function giveUp(reason: 'unconfirmed' | 'failed'): Promise<void> {
    if (trial === null) return
    const { id, keys, former } = trial
    try {
      await config.apply(withNetworkOf(former, await previewConfig({ dataDir, changes: [] })))
    } catch (err) {
      log.error({ err }, 'the configuration file could not be taken over with the former network settings')
      await config.apply(withNetworkOf(former, config.current())).catch((cause: unknown) => {
        log.error({ err: cause }, 'the former network settings could not be brought back')
      })
    }
    await leave()
    log.warn({ keys, reason }, 'the network settings are the former ones again')
    await note({ ...tryingState(id, keys), state: 'reverted', reason })
  }

  async function keep(current: Trial): Promise<'kept' | 'failed'> {
    if (trial !== current) return lastKept === current.tokenHash ? 'kept' : 'failed'
    try {
      const saved = await saveConfig({ dataDir, changes: current.changes, clock })
      const result = await config.apply(saved.config)
      if (!result.applied) throw new Error('a part refused the confirmed configuration')
      lastKept = current.tokenHash
      await leave()
      log.warn({ keys: current.keys }, 'the new network settings are confirmed')
      await note({
        ...tryingState(current.id, current.keys),
        state: 'kept',
        restartNeeded: [...result.restartNeeded],
      })
      return 'kept'
    } catch (err) {
      log.error({ err }, 'the confirmed network settings could not be kept')
      await giveUp('failed')
      return 'failed'
    }
  }

  return {
    begin: (changes, asked = {}) => turn(() => begin(changes, asked)),
    async confirm(token, request) {
      const hash = tokenHash(token)
      if (lastKept !== null && isSameHash(hash, lastKept)) return { state: 'kept' }
      const current = trial
      if (current === null || !isSameHash(hash, current.tokenHash)) return null
      for (const key of current.missing) {
        if (proves(key, current.next, request, options.arrivedAt)) current.missing.delete(key)
      }
      if (current.missing.size > 0) return { state: 'waiting', missing: [...current.missing] }
      return { state: await turn(() => keep(current)) }
    },
    revert: () =>
      turn(async () => {
        const wasTrying = trial !== null
        await giveUp('unconfirmed')
        return wasTrying
      }),
    isTrying: () => trial !== null,
    async noteLeftOver() {
      const left = await readChangeState(dataDir)
      if (left?.state !== 'trying') return
      log.warn(
        { keys: left.keys },
        'a change of the network settings was not confirmed before Signpost stopped',
      )
      await note({ ...tryingState(left.id, left.keys), state: 'reverted', reason: 'restart' })
    },
    stop() {
      trial?.endDeadline()
      trial = null
    },
  }
}

const underWay = (keys: readonly TrialKey[]) =>
  new OperatorError('change-under-way', {
    tried: 'change the network settings',
    likelyCause: `A change of ${keys.join(' and ')} still waits for its confirmation.`,
    fix: 'Confirm it, or wait until it has gone back by itself.',
  })
