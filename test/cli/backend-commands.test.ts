import { dirname, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runBackendCommand } from '../../src/cli/backend-commands.ts'
import { runLookupCommand } from '../../src/cli/lookup-command.ts'
import { createInstallation, type Installation } from './data-commands.ts'

const config = (people: string) => `
matrix: { domain: example.org }
backends:
  - id: school
    type: sql
    connection: { type: sqlite, path: ${people} }
    table: { name: people, user: login, displayName: name, emails: [mail], phones: [phone] }
    defaultCountry: DE
  - { id: gone, type: rest, url: 'http://127.0.0.1:1', endpoints: { list: /list } }
  - { id: guests, type: list }
`

describe('signpost backend', () => {
  let signpost: Installation
  let people: Sqlite.Database
  beforeEach(async () => {
    signpost = await createInstallation()
    const file = join(dirname(signpost.dataDir), 'people.db')
    people = new Sqlite(file)
    people.exec(`create table people (login text primary key, name text, mail text, phone text);
      insert into people values ('anna', 'Anna Meier', 'Anna@school.example', '0170 1234567'),
        ('Bob Ö', 'Bob', 'bob@school.example', null), ('zoe', 'Zoë', 'anna@school.example', '12')`)
    await signpost.file('data/signpost.yaml', config(file))
  })
  afterEach(async () => {
    people.close()
    await signpost.server.close()
  })

  const backend = (...args: string[]) => signpost.run(runBackendCommand, args)
  const asJson = async (...args: string[]) => {
    const { code, out } = await signpost.run(runBackendCommand, args, { json: true })
    return { code, answer: JSON.parse(out) }
  }

  test('check shows each step and some people as they would be known, with masked addresses', async () => {
    const { code, out } = await backend('check', 'school')
    expect(code).toBe(0)
    expect(out).toContain('school (sql)')
    expect(out).toContain('@anna:example.org  Anna Meier, email a***@s***.example')
    expect(out).toContain('left out: user "Bob Ö" is not a Matrix ID')
    expect(out).not.toContain('anna@school.example')
    expect((await backend('check', 'school', '--full')).out).toContain('anna@school.example')
  })

  test('check ends with exit code 1 at the step that fails, with cause and fix', async () => {
    const { code, answer } = await asJson('check', 'gone')
    expect(code).toBe(1)
    expect(answer).toMatchObject({ id: 'gone', type: 'rest', ok: false })
    expect(answer.steps.at(-1)).toMatchObject({ outcome: 'failed', fix: expect.stringMatching(/\S/) })
  })

  test('check of the list counts what is in it', async () => {
    expect((await backend('check', 'guests')).out).toContain('signpost list import FILE')
  })

  test('sync fills the copy, and says what it found', async () => {
    const { code, out } = await backend('sync', 'school')
    expect(code).toBe(0)
    expect(out).toBe(
      '"school" is up to date, read in full: 3 added, 0 changed, 0 removed\n3 people, 2 addresses, 2 values left out, 1 conflict',
    )
    expect(await asJson('sync', 'school')).toMatchObject({
      answer: { ok: true, result: { added: 0, changed: 0 } },
    })
  })

  test('sync refuses to forget most people, and does it when told to', async () => {
    const insert = people.prepare("insert into people values (?, '', ?, null)")
    for (let i = 0; i < 40; i++) insert.run(`p${i}`, `p${i}@school.example`)
    await backend('sync', 'school')
    people.exec("delete from people where login like 'p%'")
    const refused = await backend('sync', 'school')
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('signpost backend sync school --accept-removals')
    expect((await backend('sync', 'school', '--accept-removals')).out).toContain('40 removed')
  })

  test('sync of a directory that is down fails with the reason, and list remembers it', async () => {
    const { code, err } = await backend('sync', 'gone')
    expect(code).toBe(1)
    expect(err).toMatch(/"gone" could not be synced\. .+\n {2}Fix: .+/)
    await backend('sync', 'school')
    const { out } = await backend('list')
    expect(out).toContain('school (sql)  lookup, search')
    expect(out).toContain('3 people, 2 addresses')
    expect(out).toContain('The last sync failed')
    expect(out).toContain('guests (list)  lookup, search, profile')
    expect((await asJson('list')).answer).toHaveLength(3)
  })

  test('problems names what was left out and who claims the same address', async () => {
    await backend('sync', 'school')
    const { out } = await backend('problems', 'school', '--full')
    expect(out.split('\n')).toEqual([
      'Bob Ö: user "Bob Ö" is not a Matrix ID',
      'zoe: phone "12" is not a phone number',
      'email anna@school.example is claimed by @anna:example.org and @zoe:example.org; @anna:example.org is answered, not @zoe:example.org',
    ])
    expect((await backend('problems', 'school')).out).not.toContain('anna@school.example')
    expect((await backend('problems', 'guests')).code).toBe(3)
  })

  test('guess of a directory that is not there says why', async () => {
    const { code, err } = await backend('guess', 'ldap://127.0.0.1:1')
    expect(code).toBe(1)
    expect(err).toMatch(/127\.0\.0\.1:1 .*\n {2}Fix: /)
  })

  test.each([
    [['check'], 'needs the name of one backend'],
    [['chek', 'school'], 'Did you mean "backend check"?'],
    [['check', 'scool'], 'Did you mean "school"?'],
    [['check', 'school', '--accept-removals'], 'does not know --accept-removals'],
    [['sync', 'guests'], 'There is no copy of "guests"'],
    [['guess'], 'needs the URL of one directory'],
    [['list', 'school'], 'takes no name'],
  ])('%j is misuse, and says what to write', async (args, message) => {
    const { code, err } = await backend(...args)
    expect(code).toBe(64)
    expect(err).toContain(message)
  })

  test('lookup --explain tells who was asked, what each one said, and who decides', async () => {
    await backend('sync', 'school')
    const lookup = (...args: string[]) =>
      signpost.run(runLookupCommand, ['anna@school.example', '--explain', ...args])
    const { code, out } = await lookup()
    expect(code).toBe(0)
    expect(out).toMatch(/^anna@school\.example belongs to @anna:example\.org\.\n\n/)
    expect(out).toMatch(/published addresses +not known/)
    expect(out).toMatch(
      /school \(sql\), copy +@anna:example\.org and @zoe:example\.org +synced .*this is the answer/,
    )
    expect(out).toMatch(/school \(sql\), asked +@anna:example\.org and @zoe:example\.org +\d+ ms/)
    expect(out).toMatch(/gone \(rest\), asked +failed/)
    expect(out).toMatch(/guests \(list\) +not known/)
    expect(out.match(/this is the answer/g)).toHaveLength(1)
  })
})
