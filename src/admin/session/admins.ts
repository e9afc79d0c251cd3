import type { Kysely, Transaction } from 'kysely'
import type { Runtime } from '../../runtime.ts'
import type { Database } from '../../storage/schema.ts'
import type { Storage } from '../../storage/storage.ts'

export interface Admin {
  readonly id: string
  readonly name: string
  readonly passwordHash: string
  readonly createdAt: number
  readonly signedInAt: number | null
}

export interface Admins {
  /** Whether somebody has set this Signpost up; once true, it stays so. */
  isClaimed(): Promise<boolean>
  /** In the order in which they came. */
  list(): Promise<readonly Admin[]>
  byName(name: string): Promise<Admin | null>
  byId(id: string): Promise<Admin | null>
  /** The same within a transaction. */
  byIdIn(tx: Transaction<Database>, id: string): Promise<Admin | null>
  /** Makes the first administrator; null when there is one already. */
  addFirst(tx: Transaction<Database>, name: string, passwordHash: string): Promise<Admin | null>
  /** Sets another password, and ends every session of this administrator. */
  setPassword(tx: Transaction<Database>, id: string, passwordHash: string): Promise<void>
  noteSignIn(id: string): Promise<void>
}

/** A row of `meta`: its primary key lets one of several claims through, on both databases. */
const CLAIMED = 'admin.claimed'

export function createAdmins(storage: Storage, { clock, random }: Runtime): Admins {
  const { db } = storage
  const all = () => db.selectFrom('admins').selectAll()
  const byIdIn = async (tx: Kysely<Database>, id: string) =>
    orNull(await tx.selectFrom('admins').selectAll().where('id', '=', id).executeTakeFirst())
  return {
    async isClaimed() {
      const row = await db.selectFrom('meta').select('value').where('key', '=', CLAIMED).executeTakeFirst()
      return row !== undefined
    },
    async list() {
      return (await all().orderBy('created_at').orderBy('id').execute()).map(asAdmin)
    },
    async byName(name) {
      return orNull(await all().where('name_key', '=', keyOf(name)).executeTakeFirst())
    },
    byId: (id) => byIdIn(db, id),
    byIdIn,
    async addFirst(tx, name, passwordHash) {
      const now = clock.now()
      const claimed = await tx
        .insertInto('meta')
        .values({ key: CLAIMED, value: String(now) })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .executeTakeFirst()
      if (claimed.numInsertedOrUpdatedRows !== 1n) return null
      const row = {
        id: random.bytes(9).toString('base64url'),
        name,
        name_key: keyOf(name),
        password_hash: passwordHash,
        created_at: now,
        password_changed_at: now,
        signed_in_at: null,
      }
      await tx.insertInto('admins').values(row).execute()
      return asAdmin(row)
    },
    async setPassword(tx, id, passwordHash) {
      await tx
        .updateTable('admins')
        .set({ password_hash: passwordHash, password_changed_at: clock.now() })
        .where('id', '=', id)
        .execute()
      await tx.deleteFrom('admin_sessions').where('admin_id', '=', id).execute()
    },
    async noteSignIn(id) {
      await db.updateTable('admins').set({ signed_in_at: clock.now() }).where('id', '=', id).execute()
    },
  }
}

/** Upper and lower case, and the two Unicode spellings of an umlaut, make no difference when somebody signs in. */
const keyOf = (name: string) => name.trim().normalize('NFKC').toLowerCase()

interface AdminRow {
  id: string
  name: string
  password_hash: string
  created_at: number
  signed_in_at: number | null
}

const asAdmin = (row: AdminRow): Admin => ({
  id: row.id,
  name: row.name,
  passwordHash: row.password_hash,
  createdAt: row.created_at,
  signedInAt: row.signed_in_at,
})

const orNull = (row: AdminRow | undefined) => (row === undefined ? null : asAdmin(row))
