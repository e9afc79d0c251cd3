import { sql } from 'kysely'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import type { DependencyKind } from './dependencies.ts'

export interface OutsideHost {
  readonly host: string
  readonly purpose: DependencyKind
  readonly firstAt: number
  readonly lastAt: number
  readonly calls: number
  readonly failures: number
}

/** Every machine outside that Signpost has connected to, as far as it knows its name: kept for 30 days. */
export interface OutsideHosts {
  contacted(host: string, purpose: DependencyKind, ok: boolean): void
  read(): Promise<readonly OutsideHost[]>
  /** Stores what was noted since. */
  write(): Promise<void>
}

const MAX_NOTED = 2_000
const SHOWN = 200
const SHOWN_MS = 30 * 86_400_000

export function createOutsideHosts(storage: Storage, { clock, log }: Runtime): OutsideHosts {
  let noted = new Map<string, OutsideHost>()

  async function write(): Promise<void> {
    const rows = [...noted.values()]
    noted = new Map()
    for (const { host, purpose, firstAt, lastAt, calls, failures } of rows) {
      await storage.db
        .insertInto('activity_hosts')
        .values({ host, purpose, first_at: firstAt, last_at: lastAt, calls, failures })
        .onConflict((conflict) =>
          conflict.columns(['host', 'purpose']).doUpdateSet({
            last_at: lastAt,
            calls: sql`activity_hosts.calls + excluded.calls`,
            failures: sql`activity_hosts.failures + excluded.failures`,
          }),
        )
        .execute()
    }
  }

  return {
    contacted(host, purpose, ok) {
      const key = `${purpose} ${host}`
      const now = clock.now()
      const before = noted.get(key)
      if (before === undefined && noted.size >= MAX_NOTED) return
      noted.set(key, {
        host,
        purpose,
        firstAt: before?.firstAt ?? now,
        lastAt: now,
        calls: (before?.calls ?? 0) + 1,
        failures: (before?.failures ?? 0) + (ok ? 0 : 1),
      })
    },
    async read() {
      await write()
      const rows = await storage.db
        .selectFrom('activity_hosts')
        .selectAll()
        .where('last_at', '>=', clock.now() - SHOWN_MS)
        .orderBy('last_at', 'desc')
        .orderBy('host')
        .limit(SHOWN)
        .execute()
      return rows.map((row) => ({
        host: row.host,
        purpose: row.purpose as DependencyKind,
        firstAt: Number(row.first_at),
        lastAt: Number(row.last_at),
        calls: Number(row.calls),
        failures: Number(row.failures),
      }))
    },
    write: () =>
      write().catch((error: unknown) => log.warn({ err: error }, 'contacted hosts could not be written')),
  }
}
