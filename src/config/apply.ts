import { OperatorError } from './operator-error.ts'
import type { ConfigProblem } from './problems.ts'
import { restartKeys, withoutRestartKeys } from './restart-keys.ts'
import type { Config } from './schema.ts'

/**
 * A part of Signpost that follows the configuration while it runs. What it is given is what `ConfigHolder.current()`
 * would return, keys that wait for a restart at their old values: two parts never run on different domains. The file as
 * a whole, with its new values, was checked when it was loaded, and is checked again at the restart.
 */
export interface ConfigPart {
  /** For messages: "mail transport". */
  readonly name: string
  /** May refuse a configuration, by its problems; changes nothing. */
  check(next: Config): Promise<readonly ConfigProblem[]>
  /** Takes over a configuration that no part has refused. Called with the former one too, when a later part fails. */
  apply(next: Config): Promise<void>
}

export type ApplyResult =
  | {
      readonly applied: true
      /** Keys that differ from what the process was started with and count only after a restart. */
      readonly restartNeeded: readonly string[]
    }
  | { readonly applied: false; readonly problems: readonly ConfigProblem[] }

export interface ConfigHolder {
  /** The configuration in force: the last one applied, but for keys that need a restart, which stay as at the start. */
  current(): Config
  /** Keys of the last one applied that wait for a restart. */
  restartNeeded(): readonly string[]
  /** Returns the function that ends the subscription. Parts apply in the order in which they came. */
  subscribe(part: ConfigPart): () => void
  /**
   * Takes over what can change in a running process. All parts check, then all apply; two calls never overlap. When a part throws while it applies, those before it get
   * the former configuration back, and the call rejects with `OperatorError` (`config-not-applied`).
   */
  apply(next: Config): Promise<ApplyResult>
}

/** Holds the configuration of a running process; `initial` is what it was started with. */
export function createConfigHolder(initial: Config): ConfigHolder {
  const parts = new Set<ConfigPart>()
  let current = initial
  let waiting: readonly string[] = []
  let queue: Promise<unknown> = Promise.resolve()

  return {
    current: () => current,
    restartNeeded: () => waiting,
    subscribe(part) {
      parts.add(part)
      return () => parts.delete(part)
    },
    apply(next) {
      const result = queue.then(() => applyInTurn(next))
      // The next caller waits for this one, and is not concerned by how it ends.
      queue = result.catch(() => undefined)
      return result
    },
  }

  async function applyInTurn(wanted: Config): Promise<ApplyResult> {
    const members = [...parts]
    const next = withoutRestartKeys(initial, wanted)
    const problems = (await Promise.all(members.map((part) => part.check(next)))).flat()
    if (problems.length > 0) return { applied: false, problems }
    await applyAll(members, next)
    current = next
    waiting = restartKeys(initial, wanted)
    return { applied: true, restartNeeded: waiting }
  }

  async function applyAll(members: readonly ConfigPart[], next: Config): Promise<void> {
    for (const [index, part] of members.entries()) {
      try {
        await part.apply(next)
      } catch (error) {
        const failures = await takeBack(members.slice(0, index + 1))
        throw notApplied(part.name, failures, error)
      }
    }
  }

  /** Names of the parts that could not go back either; the others must still get their turn. */
  async function takeBack(members: readonly ConfigPart[]): Promise<readonly string[]> {
    const failures: string[] = []
    for (const part of members.toReversed()) {
      await part.apply(current).catch(() => failures.push(part.name))
    }
    return failures
  }
}

function notApplied(name: string, failures: readonly string[], cause: unknown): OperatorError {
  const whole = failures.length === 0
  return new OperatorError('config-not-applied', {
    tried: 'take over the new configuration',
    likelyCause: whole
      ? `The part "${name}" failed; the former configuration is in force again.`
      : `The part "${name}" failed, and these could not go back: ${failures.join(', ')}.`,
    fix: whole
      ? 'The log has the reason. Correct it and try again.'
      : 'Restart Signpost; the log has the reason.',
    cause,
  })
}
