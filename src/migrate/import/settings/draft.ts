import { formatPath, type KeyPath } from '../../../config/problems.ts'

/**
 * `same`: comes over as it is. `adapted`: comes over, with a difference. `default`: the other server did this without being
 * told, Signpost has to be told. `obsolete`: nothing needs it any more. `lost`: Signpost has nothing like it. `unknown`: the
 * other server did not read this key either. `kept`: signpost.yaml says something else, and stays.
 */
export type SettingFate = 'same' | 'adapted' | 'default' | 'obsolete' | 'lost' | 'unknown' | 'kept'

export interface SettingOutcome {
  /** Key of the other server; empty for a default of it. */
  readonly from: string
  readonly fate: SettingFate
  /** Key of signpost.yaml; null when nothing comes over. */
  readonly to: string | null
  /** The value that it gets; a secret is not shown. */
  readonly value: unknown
  readonly note: string
}

/** A value for signpost.yaml. Secrets are plain here; they are sealed when they are written. */
export interface DraftValue {
  readonly path: KeyPath
  readonly value: unknown
  readonly isSecret: boolean
}

/** Stands for the value of a secret wherever values are shown. */
export const HIDDEN = '(secret)'

/** Backends are assembled key by key, and written as a whole. */
export interface BackendDraft {
  readonly id: string
  set(from: string, key: string, value: unknown, note?: string): void
  secret(from: string, key: string, value: string): void
}

export interface SettingsDraft {
  set(from: string, path: KeyPath, value: unknown, note?: string): void
  secret(from: string, path: KeyPath, value: string, note?: string): void
  /** What the other server did by itself; does nothing when the path has a value. */
  byDefault(path: KeyPath, value: unknown, note: string): void
  obsolete(from: string, why: string): void
  lost(from: string, why: string): void
  unknown(from: string): void
  backend(id: string, type: string): BackendDraft
  has(path: KeyPath): boolean
  outcomes(): readonly SettingOutcome[]
  values(): readonly DraftValue[]
  backends(): readonly Readonly<Record<string, unknown>>[]
}

/** A secret within a backend, until it is sealed. */
export class PlainSecret {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export function createSettingsDraft(): SettingsDraft {
  const outcomes: SettingOutcome[] = []
  const values = new Map<string, DraftValue>()
  const backends: Record<string, unknown>[] = []

  function put(from: string, draft: DraftValue, note: string, fate?: SettingFate): void {
    const to = formatPath(draft.path)
    values.set(to, draft)
    const shown = draft.isSecret ? HIDDEN : draft.value
    outcomes.push({ from, fate: fate ?? (note === '' ? 'same' : 'adapted'), to, value: shown, note })
  }
  const leave = (fate: SettingFate) => (from: string, note: string) =>
    void outcomes.push({ from, fate, to: null, value: null, note })

  return {
    set: (from, path, value, note = '') => put(from, { path, value, isSecret: false }, note),
    secret: (from, path, value, note = '') => put(from, { path, value, isSecret: true }, note),
    byDefault(path, value, note) {
      if (!values.has(formatPath(path))) put('', { path, value, isSecret: false }, note, 'default')
    },
    obsolete: leave('obsolete'),
    lost: leave('lost'),
    unknown: (from) => leave('unknown')(from, 'The other server did not know this key and ignored it.'),
    backend(id, type) {
      const section: Record<string, unknown> = { id, type }
      backends.push(section)
      const note = (from: string, key: string, value: unknown, text: string) =>
        outcomes.push({
          from,
          fate: text === '' ? 'same' : 'adapted',
          to: `backends[${id}].${key}`,
          value,
          note: text,
        })
      return {
        id,
        set(from, key, value, text = '') {
          assign(section, key.split('.'), value)
          note(from, key, value, text)
        },
        secret(from, key, value) {
          assign(section, key.split('.'), new PlainSecret(value))
          note(from, key, HIDDEN, '')
        },
      }
    },
    has: (path) => values.has(formatPath(path)),
    outcomes: () => outcomes,
    values: () => [...values.values()],
    backends: () => backends,
  }
}

function assign(target: Record<string, unknown>, [key, ...rest]: readonly string[], value: unknown): void {
  if (key === undefined) return
  if (rest.length === 0) {
    target[key] = value
    return
  }
  const inner = target[key]
  const next = isObject(inner) ? inner : {}
  target[key] = next
  assign(next, rest, value)
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
