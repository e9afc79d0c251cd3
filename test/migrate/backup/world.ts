import { randomBytes } from 'node:crypto'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { loadConfig } from '../../../src/config/load.ts'
import { createSealer, loadSealingKey } from '../../../src/config/sealing.ts'
import { openKeyRing } from '../../../src/keys/key-ring.ts'
import type { BackupKey } from '../../../src/migrate/backup/file/key.ts'
import { describeTables } from '../../../src/migrate/backup/tables/describe-tables.ts'
import { readRows } from '../../../src/migrate/backup/tables/read-rows.ts'
import type { BackupSource } from '../../../src/migrate/backup/write-backup.ts'
import { noteMappingChange } from '../../../src/storage/mapping-changes.ts'
import type { Storage } from '../../../src/storage/storage.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { invitationRow, outboxRow } from '../../storage/rows.ts'

/** Opens at once, where a password takes half a second on purpose. */
export const quickKey: BackupKey = { keyFile: randomBytes(32) }

export const smtpPassword = 'correct horse battery staple'

/** A data directory as a used installation has it, but for its database. */
export async function createDataDir(settings = ''): Promise<string> {
  const dataDir = await createTempDir('data')
  const runtime = createTestRuntime()
  await openKeyRing(join(dataDir, 'signing-keys.json'), runtime)
  const sealer = createSealer(await loadSealingKey(dataDir, runtime.random), runtime.random)
  await writeFile(
    join(dataDir, 'signpost.yaml'),
    `# Our school.\nmatrix: { domain: example.org }\n${settings}` +
      `notifications: { email: { transport: smtp, smtp: { user: me, password: { sealed: '${sealer.seal(smtpPassword)}' } } } }\n`,
  )
  await mkdir(join(dataDir, 'templates', 'de'), { recursive: true })
  await writeFile(join(dataDir, 'templates', 'de', 'invitation.txt'), 'Grüße aus der Schule\n')
  await mkdir(join(dataDir, 'imported-templates', 'en'), { recursive: true })
  await writeFile(join(dataDir, 'imported-templates', 'en', 'invitation.html'), '<p>%ROOM_NAME_OR_ID%</p>\n')
  await mkdir(join(dataDir, 'tls'))
  await writeFile(join(dataDir, 'tls', 'authority.pem'), randomBytes(200_000))
  await writeFile(join(dataDir, 'ask.sh'), '#!/bin/sh\n')
  await chmod(join(dataDir, 'ask.sh'), 0o700)
  await writeFile(join(dataDir, 'empty'), '')
  await mkdir(join(dataDir, 'log'))
  await writeFile(join(dataDir, 'log', 'recent.jsonl'), '{}\n')
  await mkdir(join(dataDir, 'mail'))
  await writeFile(join(dataDir, 'mail', '1.eml'), 'not to be kept')
  return dataDir
}

export async function sourceOf(dataDir: string, storage: Storage): Promise<BackupSource> {
  const { config, values } = await loadConfig(dataDir)
  return { dataDir, config, values, storage, runtime: createTestRuntime() }
}

/** Rows in every table that other rows depend on, awkward texts among them. */
export async function fillDatabase(storage: Storage, people = 1_200): Promise<void> {
  await storage.transaction(async (tx) => {
    const names = Array.from({ length: people }, (_, n) => `person-${n}`)
    for (let start = 0; start < people; start += 200) {
      const page = names.slice(start, start + 200)
      await tx
        .insertInto('accounts')
        .values(page.map((name, n) => ({ user_id: `@${name}:example.org`, created_at: n })))
        .execute()
      await tx
        .insertInto('tokens')
        .values(
          page.map((name, n) => ({
            token_hash: `hash ${name}`,
            user_id: `@${name}:example.org`,
            created_at: n,
          })),
        )
        .execute()
      await tx
        .insertInto('associations')
        .values(page.map((name) => associationOf(name)))
        .execute()
    }
    await tx
      .insertInto('accepted_terms')
      .values({ user_id: '@person-1:example.org', url: 'https://example.org/ä/😀', accepted_at: 7 })
      .execute()
    await tx
      .insertInto('invitations')
      .values([
        invitationRow('one'),
        {
          ...invitationRow('two'),
          properties: JSON.stringify({ room_name: 'line\nbreak "quotes" \u0001 \u2028 \\ ünï' }),
        },
      ])
      .execute()
    for (const id of ['one', 'two']) {
      await tx
        .insertInto('invitation_history')
        .values({ invitation_id: id, at: 1, state: 'pending', detail: '' })
        .execute()
    }
    await tx.deleteFrom('invitation_history').where('invitation_id', '=', 'two').execute()
    await tx
      .insertInto('outbox')
      .values([outboxRow('a'), { ...outboxRow('b'), last_error: '' }])
      .execute()
    await tx.insertInto('peppers').values({ pepper: 'salt and pepper', created_at: 3 }).execute()
    await tx.insertInto('leases').values({ name: 'purge', holder: 'somebody', expires_at: 9 }).execute()
    await noteMappingChange(tx, 'email', 'person-1@example.org')
  })
}

/** What rows refer to; all other texts name their place. */
const references: Readonly<Record<string, string>> = {
  'admins.id': 'an administrator',
  'admin_links.admin_id': 'an administrator',
  'admin_sessions.admin_id': 'an administrator',
  'invite_lists.id': 'a list',
  'invite_list_rows.list': 'a list',
  'sign_up_links.invitation_id': 'one',
}

/** A row in every table that has none, whatever it is for: nothing may run on this database. */
export async function fillOtherTables(storage: Storage): Promise<void> {
  const filled = await allRows(storage)
  for (const { name, columns, serial } of await describeTables(storage.db)) {
    if (filled[name] !== '') continue
    const own = columns.filter((column) => column.name !== serial)
    const values = own.map(({ name: column, type }) => {
      const place = `${name}.${column}`
      return /int/i.test(type) ? 1_700_000_000_000 : (references[place] ?? `${place} "ä"\n😀`)
    })
    const names = sql.join(own.map((column) => sql.ref(column.name)))
    await sql`insert into ${sql.table(name)} (${names}) values (${sql.join(values)})`.execute(storage.db)
  }
}

const associationOf = (name: string) => ({
  medium: 'email',
  address: `${name}@example.org`,
  mxid: `@${name}:example.org`,
  bound_at: 1_700_000_000_000,
  not_before: 1_700_000_000_000,
  not_after: 4_900_000_000_000,
})

/** Every row of every table that a backup carries, as text, by table. */
export async function allRows(
  storage: Pick<Storage, 'readSnapshot'>,
): Promise<Readonly<Record<string, string>>> {
  return storage.readSnapshot(async (db) => {
    const found: Record<string, string> = {}
    for (const table of await describeTables(db)) {
      let text = ''
      for await (const page of readRows(db, table)) text += page.text
      found[table.name] = text
    }
    return found
  })
}
