import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { verifyJson } from '../../../src/matrix/signing.ts'
import { createApiClient, type ApiClient } from '../../support/api-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { eventually } from '../../support/poll.ts'
import { startStandInHomeserver, type StandInHomeserver } from '../../support/stand-in-homeserver.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTarget } from './support/import-world.ts'
import { startImported } from './support/start-imported.ts'
import { awkwardRows, createMxisd, currentKey, formerKey, people } from './support/ma1sd-fixture.ts'
import { sydentCases } from './support/sydent-cases.ts'

describe('a mxisd that Signpost takes the place of', () => {
  let homeserver: StandInHomeserver
  let appliance: TestAppliance
  let api: ApiClient
  let written: ConfigInput

  beforeAll(async () => {
    const { path } = await createMxisd(await createTempDir('mxisd'))
    const target = await createTarget()
    const { settings } = await target.run({ kind: 'mxisd', path })
    expect(settings.filter(({ from, fate }) => fate === 'unknown' && from !== 'typing.error')).toEqual([])
    await target.storage.close()
    homeserver = await startStandInHomeserver('example.org')
    ;({ appliance, written } = await startImported(target.dataDir, homeserver))
    api = createApiClient(appliance.publicAddress)
  })

  afterAll(async () => {
    await appliance.stop()
    await homeserver.close()
  })

  it.each(people)('answers for the %s %s as its SQL store did', async (medium, address, uid) => {
    const { body } = await api.get('/api/v1/lookup', { query: { medium, address } })
    expect(body).toMatchObject({ medium, address, mxid: `@${uid}:example.org` })
    expect(verifyJson(body, 'example.org', new Map([[currentKey.id, currentKey.publicKey]]))).toBe(true)
  })

  it('publishes its keys', async () => {
    for (const { id, publicKey } of [currentKey, formerKey])
      expect((await api.get(`/api/v1/pubkey/${id}`)).body).toEqual({ public_key: publicKey })
  })

  it('had an invitation whose address is known, which is delivered with the key that stands in the room', async () => {
    const { body } = await eventually(
      () => homeserver.onbinds.find((one) => one.body.invites[0]?.signed.token === 'token-known'),
      { what: 'the delivery of an invitation' },
    )
    const keys = new Map([[currentKey.id, currentKey.publicKey]])
    expect(verifyJson(body.invites[0]?.signed, 'example.org', keys)).toBe(true)
  })

  it('had no accounts, and whatever waited still does', async () => {
    const { db } = appliance.storage
    expect(await db.selectFrom('accounts').selectAll().execute()).toEqual([])
    const tokens = await db.selectFrom('invitations').select('token').where('state', '=', 'pending').execute()
    expect(tokens.map(({ token }) => token)).toEqual(
      expect.arrayContaining([
        'token-waiting',
        'token-former-key',
        'token-spaced',
        'token-scheme',
        'token-phone',
      ]),
    )
  })

  it('goes on writing mails as it did', () => {
    expect(written.notifications?.email).toMatchObject({
      transport: 'smtp',
      smtp: { host: 'mail.example.org' },
    })
  })
})

describe('the rows that these tests know', () => {
  const awkward: readonly (readonly [product: string, names: readonly string[]])[] = [
    ['mxisd 1.4', awkwardRows.mxisd],
    ['ma1sd 2.5', awkwardRows.ma1sd],
    // The first case is the ordinary one.
    ['Sydent 2.6', sydentCases.slice(1).map(({ name }) => name)],
  ]

  it.each(awkward)('of %s are awkward in thirty ways and more, each by its name', (_, names) => {
    expect(new Set(names).size).toBe(names.length)
    expect(names.length).toBeGreaterThanOrEqual(30)
  })
})
