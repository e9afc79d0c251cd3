import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { systemErrorCode } from '../../config/file-error.ts'
import type { ConfigProblem } from '../../config/problems.ts'
import { replaceFile } from '../../config/write-file.ts'
import { trialKeys, type TrialKey } from './trial-keys.ts'

const problem = z.object({ path: z.string(), message: z.string(), fix: z.string() })

const changeStateSchema = z.object({
  /** Of the change; whoever asked for it finds it again by this. */
  id: z.string(),
  state: z.enum(['trying', 'kept', 'reverted', 'refused']),
  /** What has to be confirmed, or had to be. */
  keys: z.array(z.enum(trialKeys)),
  /** Why it was reverted: nobody confirmed it, Signpost was restarted meanwhile, or it could not be completed. */
  reason: z.enum(['unconfirmed', 'restart', 'failed']).nullable(),
  /** Milliseconds since the epoch; null where nothing has to be confirmed. */
  expiresAt: z.number().nullable(),
  /** Base URLs that lead to the new addresses. */
  confirmAt: z.array(z.object({ key: z.enum(trialKeys), url: z.string() })),
  problems: z.array(problem),
  restartNeeded: z.array(z.string()),
})

/** What has become of the last change, kept in the data directory. */
export type ChangeState = z.output<typeof changeStateSchema>

/** A change that is being tried. */
export function tryingState(id: string, keys: readonly TrialKey[]): ChangeState {
  const lists = { keys: [...keys], confirmAt: [], problems: [], restartNeeded: [] }
  return { id, state: 'trying', reason: null, expiresAt: null, ...lists }
}

export function refusedState(
  id: string,
  keys: readonly TrialKey[],
  problems: readonly Pick<ConfigProblem, 'path' | 'message' | 'fix'>[],
): ChangeState {
  const told = problems.map(({ path, message, fix }) => ({ path, message, fix }))
  return { ...tryingState(id, keys), state: 'refused', problems: told }
}

const stateFile = (dataDir: string) => join(dataDir, 'network-change.json')

export async function writeChangeState(dataDir: string, state: ChangeState): Promise<void> {
  await replaceFile(stateFile(dataDir), `${JSON.stringify(state, null, 2)}\n`)
}

/** Null where there was none. What cannot be read counts as none: it decides nothing. */
export async function readChangeState(dataDir: string): Promise<ChangeState | null> {
  return await readJson(stateFile(dataDir), changeStateSchema)
}

/** A file of JSON as `schema` has it; null where it is not there or holds something else. */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? null
  } catch (error) {
    if (error instanceof SyntaxError || systemErrorCode(error) !== undefined) return null
    throw error
  }
}
