import { newKey, type KeyFile } from '../../keys/key-file.ts'
import { signingKeyFromSeed } from '../../matrix/signing.ts'
import type { Runtime } from '../../runtime.ts'

export interface ImportedKey {
  /** As it stands in signatures: `ed25519:0`. */
  readonly id: string
  /** 32 bytes. */
  readonly seed: Buffer
}

/** The long-term keys of another server. */
export interface ImportedKeys {
  /** The one that signs. */
  readonly current: ImportedKey
  /** Those that are still published. */
  readonly others: readonly ImportedKey[]
}

export interface KeyOutcome {
  readonly id: string
  readonly publicKey: string
  /**
   * `signs`: from now on; `published`: stays valid for what it signed; `there`: was taken over before; `renamed`: Signpost's
   * own key makes room for an imported one of the same name, and stays valid.
   */
  readonly outcome: 'signs' | 'published' | 'there' | 'renamed'
}

export interface MergedKeys {
  /** Null when nothing changes. */
  readonly file: KeyFile | null
  readonly outcomes: readonly KeyOutcome[]
  /** Names that stand for another key than before. */
  readonly reassigned: readonly string[]
}

type Entry = KeyFile['keys'][number]

/**
 * The key file with the keys of another server in it, which keep their names; the one that signed there signs here. What
 * Signpost signed with stays valid. A second import changes nothing, even if Signpost has made a newer key meanwhile.
 */
export function mergeKeys(existing: KeyFile | null, imported: ImportedKeys, runtime: Runtime): MergedKeys {
  const publicKeys = new Set((existing?.keys ?? []).map(publicKeyOf))
  const all = [...imported.others, imported.current].map((key) => toEntry(key, runtime))
  const fresh = all.filter((entry) => !publicKeys.has(publicKeyOf(entry)))
  const outcomes: KeyOutcome[] = all
    .filter((entry) => !fresh.includes(entry))
    .map((entry) => outcomeOf(entry, 'there'))
  if (fresh.length === 0) return { file: null, outcomes, reassigned: [] }

  const now = runtime.clock.now()
  const signs = fresh.find(({ id }) => id === imported.current.id)
  const taken = new Set([...(existing?.keys ?? []), ...fresh].map(({ id }) => id))
  const own = (existing?.keys ?? []).map((entry): Entry => {
    const retired = signs === undefined ? entry : { ...entry, retiredAt: entry.retiredAt ?? now }
    if (!fresh.some(({ id }) => id === entry.id)) return retired
    const renamed = { ...retired, id: freeId(taken) }
    taken.add(renamed.id)
    outcomes.push(outcomeOf(renamed, 'renamed'))
    return renamed
  })
  const published = fresh.filter((entry) => entry !== signs).map((entry) => ({ ...entry, retiredAt: now }))
  outcomes.push(...published.map((entry) => outcomeOf(entry, 'published')))
  if (signs !== undefined) outcomes.push(outcomeOf(signs, 'signs'))
  const file: KeyFile = {
    version: 1,
    secret: existing?.secret ?? runtime.random.bytes(32).toString('base64'),
    // The last one that is not retired signs.
    keys: [...published, ...own, ...(signs === undefined ? [] : [signs])],
  }
  return { file, outcomes, reassigned: fresh.map(({ id }) => id) }
}

/** Unpadded base64. */
export function publicKeyOf({ id, seed }: { readonly id: string; readonly seed: string | Buffer }): string {
  const bytes = typeof seed === 'string' ? Buffer.from(seed, 'base64') : seed
  return signingKeyFromSeed(id, bytes).publicKey
}

function toEntry({ id, seed }: ImportedKey, runtime: Runtime): Entry {
  return { ...newKey(id, runtime), seed: seed.toString('base64') }
}

const outcomeOf = (entry: Entry, outcome: KeyOutcome['outcome']): KeyOutcome => ({
  id: entry.id,
  publicKey: publicKeyOf(entry),
  outcome,
})

function freeId(taken: ReadonlySet<string>): string {
  let number = 0
  while (taken.has(`ed25519:${number}`)) number++
  return `ed25519:${number}`
}
