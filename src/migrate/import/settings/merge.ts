import { isDeepStrictEqual } from 'node:util'
import type { ConfigChange } from '../../../config/edit-text.ts'
import { loadConfig } from '../../../config/load.ts'
import { ConfigError, formatPath, type KeyPath } from '../../../config/problems.ts'
import { previewConfig } from '../../../config/save.ts'
import type { Sealer } from '../../../config/sealing.ts'
import { HIDDEN, isObject, PlainSecret, type SettingOutcome, type SettingsDraft } from './draft.ts'

export interface MergedSettings {
  readonly outcomes: readonly SettingOutcome[]
  /** With secrets in clear: `sealChanges` before they are written. */
  readonly changes: readonly ConfigChange[]
}

export interface MergeChoices {
  /** Let the other server's value win where signpost.yaml sets the same key. */
  readonly replaceSettings?: boolean
  /**
   * Whose address and port the public listener has, whatever signpost.yaml says: `ours` while the other server goes on,
   * `theirs` for the switch. Default: as for every other key.
   */
  readonly listen?: 'ours' | 'theirs'
}

/**
 * What of the draft goes into signpost.yaml. A key that the file sets already stays as it is, unless `choices` say
 * otherwise; backends are added beside those that are there. Values that Signpost refuses are left out, with its reason.
 * Reads only.
 */
export async function mergeSettings(
  dataDir: string,
  draft: SettingsDraft,
  choices: MergeChoices,
): Promise<MergedSettings> {
  const { values } = await loadConfig(dataDir)
  const outcomes = [...draft.outcomes()]
  const changes: ConfigChange[] = []
  for (const { path, value, isSecret } of draft.values()) {
    const known = valueAt(values, path)
    if (isDeepStrictEqual(known, value)) continue
    if (stays(path, known, choices)) markKept(outcomes, path, isSecret ? HIDDEN : (known ?? null))
    else changes.push({ path, value: isSecret ? new PlainSecret(String(value)) : value })
  }
  const listed = values['backends']
  const there: readonly unknown[] = Array.isArray(listed) ? listed : [{ id: 'list', type: 'list' }]
  const list = newBackends(there, draft.backends())
  for (const id of list.kept) markKeptBackend(outcomes, id)
  if (list.added > 0) changes.push({ path: ['backends'], value: list.all })
  const accepted = await withoutRefused(dataDir, outcomes, changes)
  // All that is new of the list may have been refused.
  const isChange = ({ path, value }: ConfigChange) =>
    formatPath(path) !== 'backends' || !isDeepStrictEqual(value, there)
  return { ...accepted, changes: accepted.changes.filter(isChange) }
}

function stays(path: KeyPath, known: unknown, { replaceSettings = false, listen }: MergeChoices): boolean {
  const isListen = path[0] === 'server' && path[1] === 'listen'
  if (isListen && listen !== undefined) return listen === 'ours'
  return known !== undefined && !replaceSettings
}

/** The same changes, fit for the file. */
export function sealChanges(changes: readonly ConfigChange[], sealer: Sealer): readonly ConfigChange[] {
  return changes.map(({ path, value }) => ({
    path,
    value: withSecrets(value, (text) => ({ sealed: sealer.seal(text) })),
  }))
}

function withSecrets(value: unknown, write: (text: string) => unknown): unknown {
  if (value instanceof PlainSecret) return write(value.text)
  if (Array.isArray(value)) return value.map((each) => withSecrets(each, write))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withSecrets(each, write)]))
}

function valueAt(values: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), values)
}

function markKept(outcomes: SettingOutcome[], path: KeyPath, there: unknown): void {
  const to = formatPath(path)
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.to !== to) continue
    const note =
      there === null
        ? 'Signpost keeps its own address for now.'
        : 'signpost.yaml sets this key; its value stays.'
    outcomes[index] = { ...outcome, fate: 'kept', value: there, note }
  }
}

/** Those that are there stay where they are. */
function newBackends(there: readonly unknown[], imported: readonly Readonly<Record<string, unknown>>[]) {
  const ids = new Set(there.map((each) => (isObject(each) ? each['id'] : undefined)))
  const added = imported.filter(({ id }) => !ids.has(id))
  const kept = imported.filter(({ id }) => ids.has(id)).map(({ id }) => String(id))
  return { all: [...there, ...added], added: added.length, kept }
}

function markKeptBackend(outcomes: SettingOutcome[], id: string): void {
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.to?.startsWith(`backends[${id}]`) !== true) continue
    const note = `signpost.yaml has a backend "${id}", which stays as it is.`
    outcomes[index] = { ...outcome, fate: 'kept', value: null, note }
  }
}

/** Takes out, one after the other, what the schema and the rules across keys refuse, until the rest is a configuration. */
async function withoutRefused(
  dataDir: string,
  outcomes: readonly SettingOutcome[],
  changes: readonly ConfigChange[],
): Promise<MergedSettings> {
  let left = changes
  let said = outcomes
  for (;;) {
    const problem = left.length === 0 ? null : await firstProblem(dataDir, left)
    if (problem === null) return { outcomes: said, changes: left }
    const refused = refusedBy(left, problem.path)
    said = said.map((outcome) => {
      if (outcome.to === null || !refused.isIt(outcome.to)) return outcome
      return { ...outcome, fate: 'lost' as const, to: null, value: null, note: problem.message }
    })
    left = refused.others
  }
}

async function firstProblem(dataDir: string, changes: readonly ConfigChange[]) {
  const plain = changes.map(({ path, value }) => ({ path, value: withSecrets(value, (text) => text) }))
  try {
    await previewConfig({ dataDir, changes: plain })
    return null
  } catch (error) {
    const [problem] = error instanceof ConfigError ? error.problems : []
    if (problem === undefined) throw error
    return problem
  }
}

interface Refused {
  readonly isIt: (to: string) => boolean
  readonly others: readonly ConfigChange[]
}

/**
 * The changes that a problem is about. It may name a key beside the changed one, such as a password without its user: then
 * its section is meant, and in the end all of them.
 */
function refusedBy(changes: readonly ConfigChange[], problem: string): Refused {
  const backend = refusedBackend(changes, problem)
  if (backend !== null) return backend
  const parts = problem.split('.')
  for (let length = parts.length; length >= 0; length--) {
    const section = parts.slice(0, length).join('.')
    const isIt = (to: string) =>
      section === '' || isWithin(to, section) || (length === parts.length && isWithin(section, to))
    const others = changes.filter(({ path }) => !isIt(formatPath(path)))
    if (others.length < changes.length) return { isIt, others }
  }
  return { isIt: () => true, others: [] }
}

/** A refused backend goes as a whole: half of one would ask the wrong questions. */
function refusedBackend(changes: readonly ConfigChange[], problem: string): Refused | null {
  const index = /^backends\[(\d+)\]/.exec(problem)?.[1]
  const change = changes.find(({ path }) => formatPath(path) === 'backends')
  const list: unknown = change?.value
  if (index === undefined || change === undefined || !Array.isArray(list)) return null
  const refused: unknown = list[Number(index)]
  const id = isObject(refused) ? String(refused['id']) : ''
  const value = list.filter((each) => each !== refused)
  return {
    isIt: (to) => to.startsWith(`backends[${id}]`),
    others: changes.map((each) => (each === change ? { ...change, value } : each)),
  }
}

function isWithin(path: string, section: string): boolean {
  return path === section || path.startsWith(`${section}.`) || path.startsWith(`${section}[`)
}
