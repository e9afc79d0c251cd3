import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contactKey } from '../../../src/appservice/transactions.ts'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { verifyJson } from '../../../src/matrix/signing.ts'
import { createApiClient, type ApiClient } from '../../support/api-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { member } from '../../support/identity-world.ts'
import { eventually } from '../../support/poll.ts'
import { describeWith } from '../../support/skip.ts'
import { startStandInHomeserver, type StandInHomeserver } from '../../support/stand-in-homeserver.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTarget, findingCounts } from './support/import-world.ts'
import { startImported } from './support/start-imported.ts'
import {
  createMa1sd,
  currentKey,
  formerKey,
  lastTransactionAt,
  ma1sdToken,
  people,
  type Ma1sdInstallation,
} from './support/ma1sd-fixture.ts'
import { sourceKinds } from './support/source-fixture.ts'

for (const { kind, unavailable } of sourceKinds()) {
  describeWith(kind, unavailable, `a ma1sd on ${kind} that Signpost takes the place of`, () => {
    let ma1sd: Ma1sdInstallation
    let homeserver: StandInHomeserver
    let appliance: TestAppliance
    let api: ApiClient
    let counts: Record<string, number>
    let written: ConfigInput

    beforeAll(async () => {
      ma1sd = await createMa1sd(kind, await createTempDir('ma1sd'))
      const target = await createTarget()
      const source = { kind: 'ma1sd', path: ma1sd.path, database: ma1sd.source.location } as const
      counts = findingCounts(await target.run(source))
      await target.storage.close()
      homeserver = await startStandInHomeserver('example.org')
      ;({ appliance, written } = await startImported(target.dataDir, homeserver))
      api = createApiClient(appliance.publicAddress)
    })

    afterAll(async () => {
      await appliance.stop()
      await homeserver.close()
      await ma1sd.source.dispose()
    })

    describe.each(people)('with the %s %s in its SQL store', (medium, address, uid) => {
      it('answers v1 and v2 lookups by the query of ma1sd', async () => {
        const v1 = await api.get('/api/v1/lookup', { query: { medium, address } })
        expect(v1.body).toMatchObject({ medium, address, mxid: `@${uid}:example.org` })
        const details = await api.get('/v2/hash_details', { token: ma1sdToken })
        const pepper = member(details.body, 'lookup_pepper')
        const json = { algorithm: 'none', pepper, addresses: [`${address} ${medium}`] }
        const v2 = await api.post('/v2/lookup', { token: ma1sdToken, json })
        expect(v2.body).toEqual({ mappings: { [`${address} ${medium}`]: `@${uid}:example.org` } })
      })
    })

    it('publishes both keys under their names, and signs with the one that ma1sd signed with', async () => {
      for (const key of [currentKey, formerKey]) {
        const published = await api.get(`/api/v1/pubkey/${key.id}`)
        expect(published.body).toEqual({ public_key: key.publicKey })
        const query = { public_key: key.publicKey }
        expect((await api.get('/api/v1/pubkey/isvalid', { query })).body).toEqual({ valid: true })
      }
      const { body } = await api.get('/api/v1/lookup', {
        query: { medium: 'email', address: 'bert@example.org' },
      })
      expect(verifyJson(body, 'example.org', new Map([[currentKey.id, currentKey.publicKey]]))).toBe(true)
    })

    it('delivers an invitation whose address the SQL store knows, once', async () => {
      const byToken = () =>
        homeserver.onbinds.filter(({ body }) => body.invites[0]?.signed.token === 'token-known')
      const [found] = await eventually(() => byToken().length > 0 && byToken(), { what: 'the delivery' })
      expect(found?.body).toMatchObject({ address: 'anna@example.org', mxid: '@anna:example.org' })
      const keys = new Map([[currentKey.id, currentKey.publicKey]])
      expect(verifyJson(found?.body.invites[0]?.signed, 'example.org', keys)).toBe(true)
      const state = async () => (await stateOf('token-known')) === 'delivered'
      await eventually(state, { what: 'the end of the delivery' })
      expect(byToken()).toHaveLength(1)
    })

    it('knows what became of the others', async () => {
      const states = Object.fromEntries(
        await Promise.all(
          ['waiting', 'former-key', 'lost-key', 'refused', 'delivered', 'given-up', 'phone'].map(
            async (id) => [id, await stateOf(`token-${id}`)],
          ),
        ),
      ) as Record<string, string>
      expect(states).toEqual({
        waiting: 'pending',
        'former-key': 'pending',
        'lost-key': 'pending',
        refused: 'pending',
        delivered: 'delivered',
        'given-up': 'expired',
        phone: 'pending',
      })
      const row = await appliance.storage.db
        .selectFrom('invitations')
        .selectAll()
        .where('token', '=', 'token-former-key')
        .executeTakeFirstOrThrow()
      expect(row.server_public_key).toBe(formerKey.publicKey)
      expect(JSON.parse(row.properties)).toEqual({ room_name: 'Tea room' })
    })

    async function stateOf(token: string): Promise<string | undefined> {
      const query = appliance.storage.db.selectFrom('invitations').select('state')
      return (await query.where('token', '=', token).executeTakeFirst())?.state
    }

    it('keeps live tokens, accepted terms and completed validations', async () => {
      const { db } = appliance.storage
      expect(await db.selectFrom('tokens').select('user_id').execute()).toEqual([
        { user_id: '@alice:example.org' },
        { user_id: '@alice:example.org' },
      ])
      expect(await db.selectFrom('accepted_terms').select('user_id').execute()).toHaveLength(1)
      const query = { sid: 'fresh', client_secret: 'secret_fresh' }
      const validated = await api.get('/v2/3pid/getValidated3pid', { token: ma1sdToken, query })
      expect(validated.body).toMatchObject({ address: 'fresh@example.org' })
    })

    it('acts on what the homeserver tells since it last reached ma1sd, and not on what came before', async () => {
      const { db } = appliance.storage
      const contact = await db.selectFrom('meta').select('value').where('key', '=', contactKey).execute()
      expect(contact).toEqual([{ value: String(lastTransactionAt) }])
    })

    it('says how often which rule was followed', () => {
      expect(counts).toEqual({
        'duplicate-token': 2,
        'invalid-address': 1,
        'invalid-matrix-id': 4,
        'missing-value': 5,
        'other-encoding': 1,
        'key-missing': 7,
        'server-key-missing': 1,
        'missing-time': 5,
        'damaged-properties': 2,
        'not-published': 1,
        'expired-token': 2,
        'expired-session': 2,
        'open-session': 1,
        'unknown-medium': 2,
      })
    })

    it('writes the settings of ma1sd, with its secrets sealed', () => {
      expect(written).toMatchObject({
        matrix: {
          domain: 'example.org',
          homeserverUrl: 'http://127.0.0.1:8008',
          pins: { 'other.example': 'https://10.0.0.5:8448' },
        },
        server: { publicUrl: 'https://example.org', listen: { host: '0.0.0.0', port: 8090 } },
        lookup: { algorithms: ['sha256', 'none'], pepper: { rotateEvery: '26h' } },
        terms: {
          general: { version: '1.0', en: { name: 'Terms', url: 'https://example.org/terms-en.html' } },
        },
        associations: { unbindNotification: false },
        invitations: { expireAfter: '7d' },
        notifications: {
          email: {
            transport: 'smtp',
            from: '"Example School" <matrix@example.org>',
            smtp: { security: 'starttls', password: { sealed: expect.stringMatching(/^v1:/) as string } },
          },
        },
      })
    })
  })
}
