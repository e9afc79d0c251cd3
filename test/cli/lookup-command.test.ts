import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { importEntries } from '../../src/backends/list/list.ts'
import { runLookupCommand } from '../../src/cli/lookup-command.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import { createInstallation, type Installation } from './data-commands.ts'

const config = `
matrix: { domain: example.org }
backends:
  - { id: staff, type: list }
  - { id: pupils, type: list }
  - { id: former, type: list, enabled: false }
`

describe('signpost lookup', () => {
  let signpost: Installation
  beforeEach(async () => {
    signpost = await createInstallation(config)
    const add = (backend: string, medium: 'email' | 'msisdn', address: string, mxid: string) =>
      importEntries(
        signpost.server,
        createTestRuntime(),
        backend,
        [{ medium, address, mxid, displayName: null }],
        'add',
      )
    await add('pupils', 'email', 'anna@example.org', '@anna-pupil:example.org')
    await add('staff', 'email', 'anna@example.org', '@anna:example.org')
    await add('pupils', 'msisdn', '491701234567', '@bob:example.org')
    await add('former', 'email', 'carol@example.org', '@carol:example.org')
    await signpost.server.db
      .insertInto('associations')
      .values({
        medium: 'email',
        address: 'dora@example.org',
        mxid: '@dora:example.org',
        bound_at: Date.UTC(2026, 0, 2, 3, 4, 5),
        not_before: 0,
        not_after: Number.MAX_SAFE_INTEGER,
      })
      .execute()
  })
  afterEach(() => signpost.server.close())

  const lookup = (args: readonly string[], json = false) => signpost.run(runLookupCommand, args, { json })

  test('names the person and the backend that comes first', async () => {
    const { code, out } = await lookup(['Anna@Example.org'])
    expect(code).toBe(0)
    expect(out).toContain('anna@example.org belongs to @anna:example.org')
    expect(out).toContain('the backend "staff"')
  })

  test('names since when a published address belongs to somebody', async () => {
    const { out } = await lookup(['email', 'dora@example.org'])
    expect(out).toContain('published by its owner')
    expect(out).toContain('2026-01-02T03:04:05.000Z')
  })

  test.each([
    [['+49 170 1234567']],
    [['phone', '0049 170 1234567']],
    [['msisdn', '491701234567']],
    [['0170 1234567', '--country', 'de']],
  ])('reads a phone number as people write it: %j', async (args) => {
    const { code, out } = await lookup(args)
    expect({ code, first: out.split('\n')[0] }).toEqual({
      code: 0,
      first: '+491701234567 belongs to @bob:example.org',
    })
  })

  test('ends with 3 when nobody has the address, or only a backend that is switched off', async () => {
    for (const address of ['nobody@example.org', 'carol@example.org']) {
      const { code, out } = await lookup([address])
      expect(code).toBe(3)
      expect(out).toContain(`${address} belongs to nobody here.`)
      expect(out).not.toContain('former')
    }
  })

  test('answers scripts in JSON', async () => {
    expect(JSON.parse((await lookup(['dora@example.org'], true)).out)).toMatchObject({
      found: true,
      medium: 'email',
      mxid: '@dora:example.org',
      source: 'association',
      since: '2026-01-02T03:04:05.000Z',
    })
    const nobody = await lookup(['nobody@example.org'], true)
    expect([nobody.code, JSON.parse(nobody.out)]).toEqual([
      3,
      { found: false, medium: 'email', address: 'nobody@example.org' },
    ])
  })

  test.each([
    [[], 'Name one address'],
    [['fax', '1'], '"fax" is not a medium.'],
    [['a@b@c'], 'The address is not an e-mail address.'],
    [['0170 1234567'], 'name the country'],
    [['a@x.org', 'b@x.org', 'c@x.org'], 'Name one address'],
    [['a@x.org', '--nonsense'], '--nonsense'],
  ])('ends with 64 and the usage for %j', async (args, message) => {
    const { code, out, err } = await lookup(args)
    expect({ code, out }).toEqual({ code: 64, out: '' })
    expect(err).toContain(message)
    expect(err).toContain('Usage: signpost lookup')
  })
})
