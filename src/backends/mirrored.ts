import type { z } from 'zod'
import type { BackendUse } from './backend.ts'
import type { sync } from './section.ts'
import { canList, type BackendConfig } from './sections.ts'

export type SyncSettings = z.output<ReturnType<typeof sync>>

/** How a backend is mirrored; null for one that is not, because it cannot list its people or shall not. */
export function syncSettings(config: BackendConfig): SyncSettings | null {
  const settings = 'sync' in config ? config.sync : null
  return settings?.enabled === true && isUsedFor(config, 'lookup') && canList(config) ? settings : null
}

export function isUsedFor(config: BackendConfig, use: BackendUse): boolean {
  const { uses } = config as { readonly uses?: Partial<Record<BackendUse, boolean>> }
  return config.enabled && uses?.[use] === true
}

/** True where storage holds the people: rows of the list, and mirrors. */
export function isStored(config: BackendConfig): boolean {
  return config.type === 'list' ? isUsedFor(config, 'lookup') : syncSettings(config) !== null
}

/** Ids of the backends whose people storage holds, in their order: what hashed lookups are answered from. */
export function storedSources(backends: readonly BackendConfig[]): readonly string[] {
  return backends.filter(isStored).map(({ id }) => id)
}
