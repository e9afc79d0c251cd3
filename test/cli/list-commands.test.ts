import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runListCommand } from '../../src/cli/list-commands.ts'
import { createHashIndex } from '../../src/lookup/hash-index.ts'
import { currentMapping } from '../../src/lookup/mappings.ts'
import { latestChange } from '../../src/storage/mapping-changes.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import { createInstallation, runIn, type Installation } from './data-commands.ts'

const good =
  'E-Mail;Telefon;Matrix-ID;Name;Klasse\nanna@example.org;0170 1234567;anna;Anna;7b\nbob@example.org;;bob;Bob;7b\n'
const bad = 'email,phone,mxid\nanna@example.org,,anna\nbob(at)example.org,,bob\n,0170 1234567,carol\n'

describe('signpost list', () => {
  let signpost: Installation
  beforeEach(async () => {
    signpost = await createInstallation()
  })
  afterEach(() => signpost.server.close())

  const list = (args: readonly string[], options = {}) => signpost.run(runListCommand, args, options)
  const rows = () =>
    signpost.server.db.selectFrom('directory_entries').selectAll().orderBy('address').execute()

  test('imports beside the running server, which finds the people', async () => {
    const { code, out, err } = await list([
      'import',
      await signpost.file('people.csv', good),
      '--country',
      'DE',
    ])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.split('\n')).toEqual([
      '2 people, 3 addresses',
      'Columns that were not used: Klasse',
      'Stored in "list": 3 added, 0 changed, 0 removed, 0 unchanged',
    ])
    const { db } = signpost.server
    expect(await latestChange(db)).toBe(3)
    expect(
      await currentMapping(db, { medium: 'msisdn', address: '491701234567' }, ['list'], 0),
    ).toMatchObject({
      mxid: '@anna:example.org',
    })
  })

  test('changes what the index of the running server holds', async () => {
    await list(['import', '-'], { input: 'email,mxid\na@x.org,a\nb@x.org,b\n' })
    const index = createHashIndex({
      storage: signpost.server,
      runtime: createTestRuntime(),
      source: { type: 'sqlite', file: join(signpost.dataDir, 'signpost.db') },
      backends: () => ['list'],
      rotateEvery: () => 1e9,
      grace: () => 1e6,
      processId: 'server',
    })
    await index.start()
    await index.current()
    expect(index.stats()).toMatchObject({ mappings: 2, seq: 2 })
    await list(['import', '-', '--replace'], { input: 'email,mxid\na@x.org,a\nc@x.org,c\nd@x.org,d\n' })
    await index.catchUp()
    expect(index.stats()).toMatchObject({ mappings: 3, seq: 5 })
  })

  test('reads standard input', async () => {
    expect(await list(['import', '-'], { input: 'email,mxid\na@x.org,a\n' })).toMatchObject({ code: 0 })
    expect(await rows()).toHaveLength(1)
  })

  test('stores nothing of a file with problems, and names them with masked addresses', async () => {
    const { code, out, err } = await list(['import', await signpost.file('people.csv', bad)])
    expect(code).toBe(2)
    expect(out).toBe('1 person, 1 address')
    expect(err).toContain('2 rows to be corrected:')
    expect(err).toContain(
      'line 3, column email: "bo***rg" is not an e-mail address. Write it like anna@example.org.',
    )
    expect(err).toContain('line 4, column phone: "01***67" is not a phone number with its country code.')
    expect(err).toContain('Nothing was stored. Correct the file, or add --skip-bad-rows')
    expect(`${out}${err}`).not.toContain('0170 1234567')
    expect(await rows()).toEqual([])
  })

  test('shows the values in full when asked', async () => {
    const { err } = await list(['import', await signpost.file('people.csv', bad), '--full'])
    expect(err).toContain('"0170 1234567" is not a phone number')
  })

  test('leaves bad rows out with --skip-bad-rows', async () => {
    const { code, err } = await list(['import', await signpost.file('people.csv', bad), '--skip-bad-rows'])
    expect(code).toBe(0)
    expect(err).toContain('2 rows left out, or a part of them:')
    expect((await rows()).map(({ address }) => address)).toEqual(['anna@example.org'])
  })

  test('never shows more than twenty problems, but says how many there are', async () => {
    const many = Array.from({ length: 25 }, (_, n) => `nobody ${n},u${n}`).join('\n')
    const { err } = await list(['import', await signpost.file('people.csv', `email,mxid\n${many}\n`)])
    expect(err).toContain('and 5 more (all of them with --json)')
    expect(err).toContain('No row of the file can be used.')
  })

  test('changes nothing with --dry-run, and tells what would change', async () => {
    await list([
      'import',
      await signpost.file('a.csv', 'email,mxid\nanna@example.org,anna\nbob@example.org,bob\n'),
    ])
    const next = await signpost.file('b.csv', 'email,mxid\nanna@example.org,carol\n')
    const { code, out } = await list(['import', next, '--replace', '--dry-run'])
    expect(code).toBe(0)
    expect(out).toContain(
      'Nothing was stored (--dry-run). It would be: 0 added, 1 changed, 1 removed, 0 unchanged',
    )
    expect((await rows()).map(({ mxid }) => mxid)).toEqual(['@anna:example.org', '@bob:example.org'])
    expect((await list(['import', next, '--replace'])).out).toContain('1 changed, 1 removed')
    expect((await rows()).map(({ mxid }) => mxid)).toEqual(['@carol:example.org'])
  })

  test.each([
    ['has only a header', 'email,mxid\n'],
    ['has only bad rows', 'email,mxid\nx,a\n'],
    ['cannot be read to its end', 'email,mxid\nc@x.org,c\n"d@x.org,d\n'],
  ])('does not empty a list with --replace when the file %s', async (_what, text) => {
    await list(['import', '-'], { input: 'email,mxid\na@x.org,a\n' })
    const { code } = await list(['import', '-', '--replace', '--skip-bad-rows'], { input: text })
    expect(code).toBe(2)
    expect((await rows()).map(({ address }) => address)).toEqual(['a@x.org'])
  })

  test('names Matrix IDs of other servers, where a slip would lead to strangers', async () => {
    const { out } = await list(['import', '-'], { input: 'email,mxid\na@x.org,@a:exampel.org\nb@x.org,b\n' })
    expect(out).toContain('Not on example.org: exampel.org (1)')
  })

  test('answers scripts in JSON', async () => {
    const refused = await list(['import', '-'], { input: bad, json: true })
    expect(refused).toMatchObject({ code: 2, err: '' })
    expect(JSON.parse(refused.out)).toMatchObject({
      backend: 'list',
      stored: false,
      people: 1,
      addresses: 1,
      problems: [
        { line: 3, column: 'email', value: 'bo***rg' },
        { line: 4, column: 'phone', value: '01***67' },
      ],
    })
    const stored = await list(['import', '-', '--country', 'de'], { input: good, json: true })
    expect(JSON.parse(stored.out)).toEqual({
      backend: 'list',
      stored: true,
      people: 2,
      addresses: 3,
      added: 3,
      changed: 0,
      removed: 0,
      unchanged: 0,
      ignoredColumns: ['Klasse'],
      problems: [],
    })
  })

  test('exports what it imported, to standard output and to a private file', async () => {
    await list(['import', '-', '--country', 'DE'], { input: good })
    const { out } = await list(['export'])
    expect(out.split('\n')).toEqual([
      'medium,address,mxid,name',
      'email,anna@example.org,@anna:example.org,Anna',
      'email,bob@example.org,@bob:example.org,Bob',
      'msisdn,+49 170 1234567,@anna:example.org,Anna',
    ])
    const file = join(signpost.dataDir, 'export.csv')
    expect(await list(['export', file])).toMatchObject({
      code: 0,
      out: `${file} holds 2 people, 3 addresses.`,
    })
    expect(await readFile(file, 'utf8')).toBe(`\uFEFF${out}\n`)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await list(['import', file, '--replace'])).out).toContain(
      '0 added, 0 changed, 0 removed, 3 unchanged',
    )
    expect(JSON.parse((await list(['export'], { json: true })).out)).toHaveLength(3)
  })

  test('does not write over a file unless told to', async () => {
    const file = await signpost.file('people.csv', good)
    await expect(list(['export', file])).rejects.toMatchObject({ code: 'output-unwritable', exitCode: 1 })
    expect(await readFile(file, 'utf8')).toBe(good)
    expect(await list(['export', file, '--overwrite'])).toMatchObject({ code: 0 })
  })

  test('shows how many there are and the first ones, masked', async () => {
    const many = Array.from({ length: 12 }, (_, n) => `user-${n}@example.org,u${n},User ${n}`).join('\n')
    await list(['import', '-'], { input: `email,mxid,name\n${many}\n` })
    const { out } = await list(['show'])
    expect(out).toContain('"list" holds 12 people, 12 addresses.')
    expect(out).toContain('u***@e***.org  @u0:example.org  User 0')
    expect(out).toContain('and 2 more')
    expect(out).not.toContain('user-0@')
    expect((await list(['show', '--full'])).out).toContain('user-0@example.org')
    expect(JSON.parse((await list(['show'], { json: true })).out)).toMatchObject({
      people: 12,
      addresses: 12,
    })
  })

  test('removes one address', async () => {
    await list(['import', '-', '--country', 'DE'], { input: good })
    expect(await list(['remove', 'Bob@Example.org'])).toMatchObject({ code: 0, out: 'Removed from "list".' })
    expect(await list(['remove', '+49 170 1234567'])).toMatchObject({ code: 0 })
    expect(await list(['remove', 'bob@example.org'])).toMatchObject({ code: 3 })
    expect((await rows()).map(({ address }) => address)).toEqual(['anna@example.org'])
  })

  test.each([
    ['an Excel workbook', Buffer.from('PK\u0003\u0004...')],
    ['not text', Buffer.from([1, 0, 2])],
  ])('says what to do with a file that is %s', async (_what, bytes) => {
    const file = await signpost.file('people.xlsx', bytes)
    await expect(list(['import', file])).rejects.toMatchObject({
      code: 'input-unreadable',
      exitCode: 2,
      fix: expect.stringContaining('CSV'),
    })
  })

  test('says that a file is missing', async () => {
    await expect(list(['import', '/nowhere/people.csv'])).rejects.toMatchObject({
      code: 'input-unreadable',
      exitCode: 2,
    })
  })

  test.each([
    [[], '"list" needs to know what to do.'],
    [['imprt', 'x.csv'], 'Did you mean "list import"?'],
    [['import'], '"list import" needs one file'],
    [['import', 'a.csv', 'b.csv'], '"list import" needs one file'],
    [['import', 'a.csv', '--overwrite'], '"list import" does not know --overwrite.'],
    [['import', 'a.csv', '--country', 'Germany'], '"Germany" is not the two letters of a country'],
    [['show', '--colour'], '--colour'],
    [['show', '--backend', 'staff'], 'signpost.yaml has no list "staff". There is: list'],
    [['remove', 'nonsense'], 'The address is not a phone number'],
    [['remove'], 'Name one address'],
  ])('ends with 64 and the usage for %j', async (args, message) => {
    const { code, out, err } = await list(args)
    expect({ code, out }).toEqual({ code: 64, out: '' })
    expect(err).toContain(message)
    expect(err).toContain('Usage: signpost list')
  })

  test('explains itself with --help', async () => {
    expect(await list(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('--skip-bad-rows') })
  })
})

test('several lists are told apart by --backend', async () => {
  const backends = 'backends: [{ id: staff, type: list }, { id: pupils, type: list }]'
  const signpost = await createInstallation(`matrix: { domain: example.org }\n${backends}`)
  const input = 'email,mxid\na@x.org,a\n'
  expect(await signpost.run(runListCommand, ['import', '-'], { input })).toMatchObject({
    code: 64,
    err: expect.stringContaining('Name one with --backend: staff, pupils'),
  })
  expect(await signpost.run(runListCommand, ['import', '-', '--backend', 'pupils'], { input })).toMatchObject(
    { code: 0 },
  )
  const show = (id: string) => signpost.run(runListCommand, ['show', '--backend', id])
  expect((await show('pupils')).out).toContain('holds 1 person')
  expect((await show('staff')).out).toContain('holds 0 people')
  await signpost.server.close()
})

test('without a database, a list command asks for a first start and creates nothing', async () => {
  const dataDir = await createTempDir('cli')
  await expect(runIn(dataDir, runListCommand, ['show'])).rejects.toMatchObject({
    code: 'database-missing',
    fix: expect.stringContaining('Start Signpost once'),
  })
  await expect(stat(join(dataDir, 'sealing.key'))).rejects.toMatchObject({ code: 'ENOENT' })
})
