import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runExportCommand } from '../../src/cli/export-command.ts'
import { runPersonCommand } from '../../src/cli/person-command.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { invitationRow } from '../storage/rows.ts'
import { createInstallation, type Installation } from './data-commands.ts'

const associationOf = (address: string, mxid: string) => ({
  ...{ medium: 'email', address, mxid },
  ...{ bound_at: 1_700_000_000_000, not_before: 1_700_000_000_000, not_after: 9_000_000_000_000_000 },
})

describe('signpost export and person', () => {
  let installation: Installation
  beforeEach(async () => {
    installation = await createInstallation()
    const { db } = installation.server
    await db
      .insertInto('associations')
      .values([
        associationOf('=cmd@example.org', '@eve:example.org'),
        associationOf('anna@example.org', '@anna:example.org'),
      ])
      .execute()
    await db.insertInto('accounts').values({ user_id: '@anna:example.org', created_at: 1 }).execute()
    await db.insertInto('invitations').values(invitationRow('one')).execute()
  })
  afterEach(() => installation.server.close())

  test('associations come as CSV that no spreadsheet runs, with readable times', async () => {
    const { out } = await installation.run(runExportCommand, ['associations'])
    expect(out.split('\n')).toEqual([
      'medium,address,mxid,bound_at,not_before,not_after',
      "email,'=cmd@example.org,@eve:example.org,2023-11-14T22:13:20.000Z,2023-11-14T22:13:20.000Z,9000000000000000",
      'email,anna@example.org,@anna:example.org,2023-11-14T22:13:20.000Z,2023-11-14T22:13:20.000Z,9000000000000000',
    ])
  })

  test('invitations come as JSON without their keys and tokens, into a file for its owner', async () => {
    const file = join(await createTempDir('export'), 'invitations.json')
    await installation.run(runExportCommand, ['invitations', file], { json: true })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const text = await readFile(file, 'utf8')
    expect(JSON.parse(text)).toMatchObject([{ id: 'one', address: 'a@b.example', state: 'pending' }])
    expect(text).not.toMatch(/token-one|private-one|evidence-one/)
    await expect(installation.run(runExportCommand, ['invitations', file])).rejects.toMatchObject({
      code: 'output-unwritable',
    })
    expect((await installation.run(runExportCommand, ['invitations', file, '--overwrite'])).code).toBe(0)
  })

  test('an empty table is an empty list', async () => {
    await installation.server.db.deleteFrom('invitations').execute()
    expect((await installation.run(runExportCommand, ['invitations'], { json: true })).out).toBe('[]')
  })

  test('a person is erased after it was said what goes, and only with --yes', async () => {
    const { db } = installation.server
    const asked = await installation.run(runPersonCommand, ['erase', 'anna@example.org'])
    expect(asked.out).toContain('This is about @anna:example.org, anna@example.org:')
    expect(asked.out).toContain('addresses bound to a Matrix ID: 1')
    expect(asked.out).toContain('Nothing was removed.')
    expect(await db.selectFrom('accounts').selectAll().execute()).toHaveLength(1)
    const erased = await installation.run(runPersonCommand, ['erase', 'anna@example.org', '--yes'])
    expect(erased.code).toBe(0)
    expect(erased.out).toContain('the account here: 1 of 1 removed.')
    expect(await db.selectFrom('accounts').selectAll().execute()).toEqual([])
    expect(await db.selectFrom('associations').select('mxid').execute()).toEqual([
      { mxid: '@eve:example.org' },
    ])
  })

  test('somebody of whom nothing is kept is told apart by the exit code', async () => {
    expect((await installation.run(runPersonCommand, ['export', '@nobody:example.org'])).code).toBe(3)
    expect((await installation.run(runPersonCommand, ['erase', 'nobody@example.org', '--yes'])).code).toBe(3)
    expect((await installation.run(runPersonCommand, ['erase'])).code).toBe(64)
    expect((await installation.run(runPersonCommand, ['praise', '@anna:example.org'])).code).toBe(64)
  })
})
