import type { BackendUse } from '../backends/backend.ts'
import { isUsedFor, syncSettings } from '../backends/mirrored.ts'
import type { BackendConfig } from '../backends/sections.ts'
import { readSyncState, type SyncState } from '../backends/sync/state.ts'
import { exitCodes } from './config-commands.ts'
import { count } from './list-report.ts'
import { withData, type DataContext } from './open-data.ts'

const allUses: readonly BackendUse[] = ['lookup', 'search', 'authentication', 'profile']

/** `signpost backend list`: the backends in their order, and the state of their mirrors. */
export async function listBackends(io: DataContext): Promise<number> {
  return await withData(io, async ({ config, storage }) => {
    const rows = []
    for (const section of config.backends)
      rows.push({ section, state: await readSyncState(storage.db, section.id) })
    if (io.json) io.out(JSON.stringify(rows.map(({ section, state }) => asJson(section, state))))
    else for (const { section, state } of rows) for (const line of inWords(section, state)) io.out(line)
    if (rows.length === 0 && !io.json) io.out('signpost.yaml has no backends.')
    return exitCodes.fine
  })
}

function asJson(section: BackendConfig, state: SyncState | null) {
  const { id, type, enabled } = section
  const failure = state === null || state.failure === null ? null : (JSON.parse(state.failure) as unknown)
  return {
    id,
    type,
    enabled,
    uses: usesOf(section),
    mirrored: syncSettings(section) !== null,
    sync: state && { ...state, failure },
  }
}

const usesOf = (section: BackendConfig) => allUses.filter((use) => isUsedFor(section, use))

function inWords(section: BackendConfig, state: SyncState | null): string[] {
  const { id, type, enabled } = section
  const head = `${id} (${type})  ${enabled ? usesOf(section).join(', ') || 'asked for nothing' : 'off'}`
  if (syncSettings(section) === null) return [head]
  if (state === null) return [head, '  never synced']
  const lines =
    state.succeeded_at === null
      ? ['  never synced']
      : [
          `  ${count(state.people, 'person', 'people')}, ${count(state.addresses, 'address', 'addresses')}; last sync ${new Date(state.succeeded_at).toISOString()}: ` +
            `${state.added} added, ${state.changed} changed, ${state.removed} removed`,
        ]
  if (state.rejected + state.conflicts > 0) {
    lines.push(
      `  ${count(state.rejected, 'value', 'values')} left out, ${count(state.conflicts, 'conflict', 'conflicts')} ` +
        `(signpost backend problems ${id})`,
    )
  }
  if (state.failure !== null) {
    const { message, fix } = JSON.parse(state.failure) as { message: string; fix: string }
    const syncs = state.failures === 1 ? 'sync' : `${state.failures} syncs`
    lines.push(`  The last ${syncs} failed: ${message}`, `  Fix: ${fix}`)
  }
  return [head, ...lines]
}
