import { afterEach, beforeEach, expect, test } from 'vitest'
import { join } from 'node:path'
import { subjectOf } from '../../../src/activity/log/subject.ts'
import { openKeyRing, type KeyRing } from '../../../src/keys/key-ring.ts'
import { erasePerson, exportPerson } from '../../../src/migrate/personal-data/personal-data.ts'
import { latestChange } from '../../../src/storage/mapping-changes.ts'
import type { ThreePid } from '../../../src/matrix/threepid.ts'
import type { Storage } from '../../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../../support/databases.ts'
import { describeWith } from '../../support/skip.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { allRows } from '../backup/world.ts'
import { invitationRow, outboxRow, sessionRow } from '../../storage/rows.ts'

const anna = '@anna:example.org'
const bert = '@bert:example.org'
const mail = { medium: 'email', address: 'anna@example.org' } as const

/** Where the rows of each table are looked for, or why nobody is in them. */
const placeOf: Readonly<Record<string, { readonly heldAs?: readonly string[]; readonly nobody?: string }>> = {
  accepted_terms: { heldAs: ['accepted_terms'] },
  accounts: { heldAs: ['accounts'] },
  activity: { heldAs: ['activity'] },
  activity_counts: { nobody: 'numbers' },
  activity_hosts: { nobody: 'machines' },
  admin_changes: { heldAs: ['admin_changes'] },
  admin_links: { nobody: 'of administrators, who are removed in the console' },
  admin_sessions: { nobody: 'of administrators, who are removed in the console' },
  admins: { nobody: 'of administrators, who are removed in the console' },
  appservice_mails: { heldAs: ['appservice_mails'] },
  appservice_transactions: { nobody: 'digests' },
  associations: { heldAs: ['associations'] },
  carried_keys: { nobody: 'public keys' },
  directory_entries: { heldAs: ['list_entries', 'directory_entries'] },
  directory_people: { heldAs: ['directory_people'] },
  directory_syncs: { nobody: 'times and numbers of a directory' },
  invitation_history: { heldAs: ['invitations', 'invitations_sent', 'invitations_waiting'] },
  invitations: { heldAs: ['invitations', 'invitations_sent', 'invitations_waiting'] },
  invite_list_rows: { heldAs: ['invite_list_rows'] },
  invite_lists: { heldAs: ['invite_lists'] },
  leases: { nobody: 'names of duties and processes' },
  mapping_changes: { heldAs: ['mapping_changes'] },
  meta: { nobody: 'facts about the database' },
  oidc_states: { heldAs: ['sign_ins'] },
  outbox: { heldAs: ['outbox'] },
  peppers: { nobody: 'peppers' },
  search_people: { nobody: 'an index of directory_people, with which it goes' },
  search_words: { nobody: 'an index of directory_people, with which it goes' },
  sessions: { heldAs: ['sessions'] },
  sign_up_links: { heldAs: ['sign_up_links'] },
  signpost_migrations: { nobody: 'versions' },
  tokens: { heldAs: ['tokens'] },
}

async function tablesOf({ db }: Storage): Promise<readonly string[]> {
  return (await db.introspection.getTables()).map(({ name }) => name)
}

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `the data of one person on ${kind}`, () => {
    let database: TestDatabase
    let storage: Storage
    let keyRing: KeyRing
    beforeEach(async () => {
      database = await create()
      storage = await database.open()
      keyRing = await openKeyRing(join(await createTempDir('keys'), 'keys.json'), createTestRuntime())
      for (const user of [anna, bert]) await fill(user)
    })
    afterEach(() => database.dispose())

    /** The same of two people, so that what stays is told from what goes. */
    async function fill(user: string): Promise<void> {
      const name = user.slice(1, 5)
      const address = `${name}@example.org`
      const times = { bound_at: 1, not_before: 1, not_after: 9 }
      const { db } = storage
      await db
        .insertInto('associations')
        .values([
          { medium: 'email', address, mxid: user, ...times },
          { medium: 'msisdn', address: user === anna ? '4930111' : '4930222', mxid: user, ...times },
        ])
        .execute()
      await db.insertInto('accounts').values({ user_id: user, created_at: 1 }).execute()
      await db
        .insertInto('tokens')
        .values({ token_hash: `secret ${name}`, user_id: user, created_at: 1 })
        .execute()
      await db
        .insertInto('accepted_terms')
        .values({ user_id: user, url: 'https://x', accepted_at: 1 })
        .execute()
      await db
        .insertInto('sessions')
        .values({ ...sessionRow(`session ${name}`), address })
        .execute()
      await db
        .insertInto('invitations')
        .values([
          { ...invitationRow(`to ${name}`), address, sender: '@else:x' },
          { ...invitationRow(`over ${name}`), address: 'other@x', sender: user, state: 'accepted' },
          { ...invitationRow(`open ${name}`), address: 'guest@x', sender: user, state: 'pending' },
        ])
        .execute()
      await db
        .insertInto('appservice_mails')
        .values({ mxid: user, room_id: '!room:x', mailed_at: 1 })
        .execute()
      await db
        .insertInto('sign_up_links')
        .values({
          ...{ token_hash: `hash of ${name}`, invitation_id: `over ${name}`, created_at: 1 },
          ...{ claimed_until: null, localpart: name, used_at: 2, mxid: user },
        })
        .execute()
      await db
        .insertInto('invitation_history')
        .values({ invitation_id: `to ${name}`, at: 1, state: 'pending', detail: '' })
        .execute()
      await db
        .insertInto('outbox')
        .values([
          { ...outboxRow(`mail ${name}`), payload: JSON.stringify({ to: address, code: '123456' }) },
          { ...outboxRow(`longer ${name}`), payload: JSON.stringify({ to: `longer-${address}` }) },
        ])
        .execute()
      await db
        .insertInto('directory_entries')
        .values([
          {
            source: 'list',
            medium: 'email',
            address: `${name}@list`,
            person: '',
            mxid: user,
            display_name: 'N',
          },
          { source: 'ldap', medium: 'email', address, person: name, mxid: user, display_name: null },
        ])
        .execute()
      await db
        .insertInto('directory_people')
        .values({ source: 'ldap', key: name, mxid: user, display_name: name, digest: '', rejections: '' })
        .execute()
      await db
        .insertInto('oidc_states')
        .values({
          ...{ model: 'Session', id: `session of ${name}`, uid: null, grant_id: null },
          ...{ payload: JSON.stringify({ accountId: user }), expires_at: 9, consumed_at: null },
        })
        .execute()
      await db
        .insertInto('invite_lists')
        .values({
          ...{ id: `list of ${name}`, state: 'done', created_at: 1, created_by: null, finished_at: 2 },
          ...{ room_id: '!room:x', room_name: null, sender: user, access_token: null, pace: '{}' },
          ...{ failures: 0, problem: null, problem_detail: null },
        })
        .execute()
      const row = {
        list: `list of ${name}`,
        state: 'invited',
        attempts: 1,
        done_at: 2,
        detail: null,
      } as const
      await db
        .insertInto('invite_list_rows')
        .values([
          { ...row, position: 1, medium: 'email', address, mxid: user },
          { ...row, position: 2, medium: 'email', address: 'guest@x', mxid: null },
        ])
        .execute()
      const change = {
        ...{ at: 1, admin_id: null, admin_name: null, summary: null, before: null, after: null, undo: null },
        ...{ trial_id: null, undone_at: null, undone_by: null },
      }
      await db
        .insertInto('admin_changes')
        .values([
          { ...change, operation: 'list.put', target: `list ${user}` },
          { ...change, operation: 'list.put', target: `list ${user}.longer` },
          { ...change, operation: 'list.put', target: 'list', after: JSON.stringify({ mxid: user }) },
        ])
        .execute()
      const entry = { kind: 'lookup', action: 'v2', outcome: 'found', details: '{}' }
      await db
        .insertInto('activity')
        .values([
          { ...entry, at: 1, subject: subjectOf(keyRing, { medium: 'email', address }) },
          { ...entry, at: 2, user_id: user },
        ])
        .execute()
    }

    const options = (who: ThreePid | string) => ({ storage, who, ownSources: ['list'], keyRing })
    const counts = (holdings: readonly { name: string; found: number; erased: number }[]) =>
      Object.fromEntries(holdings.map(({ name, found, erased }) => [name, [found, erased]]))

    test('is all exported, by address or by Matrix ID, without what somebody could act with', async () => {
      const byAddress = await exportPerson(options(mail))
      expect(byAddress).toMatchObject({
        mxids: [anna],
        addresses: [mail, { medium: 'msisdn', address: '4930111' }],
      })
      expect(await exportPerson(options(anna))).toEqual(byAddress)
      expect(Object.fromEntries(byAddress.holdings.map(({ name, rows }) => [name, rows.length]))).toEqual({
        ...{
          associations: 2,
          invitations: 1,
          invitations_sent: 1,
          invitations_waiting: 1,
          sessions: 1,
          outbox: 1,
        },
        ...{ accepted_terms: 1, tokens: 1, accounts: 1, activity: 2, list_entries: 1, directory_entries: 1 },
        ...{ invite_list_rows: 1, mapping_changes: 0, appservice_mails: 1, sign_up_links: 1, sign_ins: 1 },
        ...{ invite_lists: 1, admin_changes: 2, directory_people: 1 },
      })
      const text = JSON.stringify(byAddress)
      expect(text).not.toMatch(/secret|123456|private-|token-|evidence-|"hash"|bert/)
    })

    test('may stand in tables that are all looked into, or hold nothing of people', async () => {
      const tables = await tablesOf(storage)
      expect(tables.toSorted()).toEqual(Object.keys(placeOf).toSorted())
      const names = new Set((await exportPerson(options(anna))).holdings.map(({ name }) => name))
      expect(new Set(Object.values(placeOf).flatMap((place) => place.heldAs ?? []))).toEqual(names)
      // What is filled here, for the test below to look for.
      const rows = await allRows(storage)
      const filled = Object.keys(placeOf).filter((table) => placeOf[table]?.heldAs !== undefined)
      const withoutAnna = filled.filter((table) => !/anna|4930111/.test(rows[table] ?? ''))
      // It comes about by the erasure.
      expect(withoutAnna).toEqual(['mapping_changes'])
    })

    test('is erased, with a report of what was there and of what stays and why', async () => {
      const before = await allRows(storage)
      const report = await erasePerson(options(mail))
      expect(counts(report.holdings)).toEqual({
        ...{
          associations: [2, 2],
          invitations: [1, 1],
          invitations_sent: [1, 1],
          invitations_waiting: [1, 0],
        },
        ...{ sessions: [1, 1], outbox: [1, 1], accepted_terms: [1, 1], tokens: [1, 1], accounts: [1, 1] },
        ...{
          activity: [2, 2],
          list_entries: [1, 1],
          directory_entries: [1, 0],
          invite_list_rows: [1, 1],
          invite_lists: [1, 0],
          sign_ins: [1, 1],
          admin_changes: [2, 0],
          directory_people: [1, 0],
          mapping_changes: [2, 0],
          appservice_mails: [1, 1],
          sign_up_links: [1, 1],
        },
      })
      const staying = report.holdings.filter(({ staysBecause }) => staysBecause !== null)
      expect(staying.map(({ name }) => name)).toEqual([
        'invitations_waiting',
        'invite_lists',
        'admin_changes',
        'directory_entries',
        'directory_people',
        'mapping_changes',
      ])
      // Whoever follows the changes hears of it, so that lookups forget the person.
      expect(await latestChange(storage.db)).toBeGreaterThan(0)

      const after = await allRows(storage)
      const lines = (rows: Readonly<Record<string, string>>, table: string) => rows[table]?.split('\n') ?? []
      const kept = new Set([
        ...['mapping_changes', 'directory_entries', 'directory_people', 'invite_lists', 'admin_changes'],
      ])
      for (const table of Object.keys(before).filter((name) => !kept.has(name))) {
        const isAnnas = (line: string) =>
          /anna|4930111/.test(line) && !/open anna|longer-|list of anna.*guest/.test(line)
        expect([table, lines(after, table).filter(isAnnas)]).toEqual([table, []])
        const others = lines(before, table).filter(
          (line) => line.includes('bert') || line.includes('4930222'),
        )
        expect(lines(after, table)).toEqual(expect.arrayContaining(others))
      }
      expect(
        (await exportPerson(options(bert))).holdings.find(({ name }) => name === 'activity')?.rows,
      ).toHaveLength(2)
    })

    test('of an address that nobody has bound is what hangs on the address', async () => {
      const who = { medium: 'email', address: 'guest@x' } as const
      const report = await erasePerson(options(who))
      expect(await latestChange(storage.db)).toBe(0)
      expect(report).toMatchObject({ mxids: [], addresses: [who] })
      expect(counts(report.holdings)['invitations']).toEqual([2, 2])
      expect(counts(report.holdings)['accounts']).toEqual([0, 0])
    })

    test('of somebody unknown is nothing, and erasing it changes nothing', async () => {
      const before = await allRows(storage)
      const report = await erasePerson(options('@nobody:example.org'))
      expect(report.holdings.every(({ found }) => found === 0)).toBe(true)
      expect(await allRows(storage)).toEqual(before)
    })
  })
}
