import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeBase64Url } from '../../../src/matrix/base64.ts'
import { verifyJson } from '../../../src/matrix/signing.ts'
import { createApiClient, type ApiClient } from '../../support/api-client.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import { lookupHash, member } from '../../support/identity-world.ts'
import { eventually } from '../../support/poll.ts'
import { describeWith } from '../../support/skip.ts'
import { startStandInHomeserver, type StandInHomeserver } from '../../support/stand-in-homeserver.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTarget, findingCounts, type ImportTarget } from './support/import-world.ts'
import { sourceKinds } from './support/source-fixture.ts'
import { sydentCases } from './support/sydent-cases.ts'
import {
  createSydent,
  mailedPublicKey,
  mailedSeed,
  sydentKey,
  sydentName,
  sydentToken,
  type SydentInstallation,
} from './support/sydent-fixture.ts'

for (const { kind, unavailable } of sourceKinds()) {
  describeWith(kind, unavailable, `a Sydent on ${kind} that Signpost takes the place of`, () => {
    let sydent: SydentInstallation
    let target: ImportTarget
    let homeserver: StandInHomeserver
    let appliance: TestAppliance
    let api: ApiClient
    let counts: Record<string, number>

    beforeAll(async () => {
      sydent = await createSydent(kind, await createTempDir('sydent'))
      target = await createTarget()
      const source = { kind: 'sydent', path: sydent.path, database: sydent.source.location } as const
      counts = findingCounts(await target.run(source))
      await target.storage.close()
      homeserver = await startStandInHomeserver('example.org')
      appliance = await startTestAppliance({
        dataDir: target.dataDir,
        config: {
          matrix: { domain: 'example.org', pins: { 'example.org': homeserver.url } },
          invitations: { resolveEvery: '1s' },
        },
      })
      api = createApiClient(appliance.publicAddress)
    })

    afterAll(async () => {
      await appliance.stop()
      await homeserver.close()
      await sydent.source.dispose()
    })

    describe.each(sydentCases)('with $name', ({ ask: [medium, address], signpost }) => {
      it('answers a v1 lookup', async () => {
        const { body } = await api.get('/api/v1/lookup', { query: { medium, address } })
        expect((body as { mxid?: string }).mxid ?? null).toBe(signpost)
      })

      it('answers a plain v2 lookup', async () => {
        const details = await api.get('/v2/hash_details', { token: sydentToken })
        const pepper = member(details.body, 'lookup_pepper')
        const asked = `${address} ${medium}`
        const json = { algorithm: 'none', pepper, addresses: [asked] }
        const { body } = await api.post('/v2/lookup', { token: sydentToken, json })
        expect((body as { mappings: Record<string, string> }).mappings[asked] ?? null).toBe(signpost)
      })
    })

    it('finds every association by the hash of its canonical address', async () => {
      const details = await api.get('/v2/hash_details', { token: sydentToken })
      const pepper = member(details.body, 'lookup_pepper')
      const rows = await appliance.storage.db.selectFrom('associations').selectAll().execute()
      const hashes = rows.map(({ address, medium }) => lookupHash(address, medium, pepper))
      const json = { algorithm: 'sha256', pepper, addresses: hashes }
      const { body } = await api.post('/v2/lookup', { token: sydentToken, json })
      const expected = Object.fromEntries(rows.map(({ mxid }, i) => [hashes[i], mxid]))
      expect((body as { mappings: object }).mappings).toEqual(expected)
      expect(rows).toHaveLength(sydentCases.filter(({ signpost }) => signpost !== null).length)
    })

    it('publishes the key of Sydent, under its name, and what Sydent signed verifies with it', async () => {
      const { body } = await api.get('/api/v1/pubkey/ed25519:0')
      const publicKey = member(body, 'public_key')
      expect(publicKey).toBe(sydentKey.publicKey)
      expect(verifyJson(sydent.oldAssociation, sydentName, new Map([['ed25519:0', publicKey]]))).toBe(true)
      const validity = await api.get('/api/v1/pubkey/isvalid', { query: { public_key: publicKey } })
      expect(validity.body).toEqual({ valid: true })
    })

    it('delivers an invitation whose address is known, once, signed with the key that stands in the room', async () => {
      const found = await eventually(
        () => homeserver.onbinds.find(({ body }) => body.invites[0]?.signed.token === 'token-known'),
        { what: 'the delivery of an invitation' },
      )
      expect(found.body).toMatchObject({ address: 'plain@example.org', mxid: '@plain:example.org' })
      const { signed } = found.body.invites[0] ?? { signed: {} }
      expect(verifyJson(signed, 'example.org', new Map([['ed25519:0', sydentKey.publicKey]]))).toBe(true)
      const state = async () => {
        const row = appliance.storage.db.selectFrom('invitations').select('state')
        return (await row.where('token', '=', 'token-known').executeTakeFirst())?.state
      }
      await eventually(async () => (await state()) === 'delivered', { what: 'the end of the delivery' })
      expect(
        homeserver.onbinds.filter(({ body }) => body.invites[0]?.signed.token === 'token-known'),
      ).toHaveLength(1)
    })

    it('lets the link of a mail that Sydent wrote sign, once the key has found its invitation', async () => {
      const valid = () => api.get('/v2/pubkey/ephemeral/isvalid', { query: { public_key: mailedPublicKey } })
      expect((await valid()).body).toEqual({ valid: true })
      const json = {
        mxid: '@new:example.org',
        token: 'token-waiting',
        private_key: encodeBase64Url(mailedSeed),
      }
      const answer = await api.post('/v2/sign-ed25519', { token: sydentToken, json })
      expect(answer.body).toMatchObject({ mxid: '@new:example.org', sender: '@alice:example.org' })
      expect((await valid()).body).toEqual({ valid: true })
      // It belongs to this invitation now, and to no other of the same day.
      const other = { ...json, token: 'token-second-room' }
      expect((await api.post('/v2/sign-ed25519', { token: sydentToken, json: other })).status).toBe(400)
    })

    it('keeps invitations that wait, each once, and those that Sydent called sent', async () => {
      const rows = await appliance.storage.db
        .selectFrom('invitations')
        .select(['token', 'address', 'room_id'])
        .orderBy('token')
        .execute()
      expect(rows.map(({ token }) => token)).toEqual([
        'token-known',
        'token-no-time',
        'token-phone',
        'token-second-room',
        'token-sent',
        'token-twice',
        'token-waiting',
      ])
      expect(rows.find(({ token }) => token === 'token-twice')?.room_id).toBe('!newer:example.org')
      expect(rows.find(({ token }) => token === 'token-sent')?.address).toBe('sent@example.org')
    })

    it('knows the accounts, the tokens of which were hashed, and what they have accepted', async () => {
      const { db } = appliance.storage
      const whoami = await api.get('/v2/account', { token: sydentToken })
      expect(whoami.body).toEqual({ user_id: '@alice:example.org' })
      const tokens = await db.selectFrom('tokens').select('token_hash').execute()
      expect(tokens).toHaveLength(2)
      expect(JSON.stringify(tokens)).not.toContain('syt_')
      const accounts = await db.selectFrom('accounts').select('user_id').orderBy('user_id').execute()
      expect(accounts.map(({ user_id }) => user_id)).toEqual([
        '@alice:example.org',
        '@no-time:example.org',
        '@only-token:example.org',
      ])
      const terms = await db.selectFrom('accepted_terms').select(['user_id', 'url']).execute()
      expect(terms).toEqual([{ user_id: '@alice:example.org', url: 'https://example.org/terms-en.html' }])
    })

    it('takes a validation that was completed today for what it is', async () => {
      const query = { sid: '101', client_secret: 'secret_101' }
      const answer = await api.get('/v2/3pid/getValidated3pid', { token: sydentToken, query })
      expect(answer.body).toMatchObject({ medium: 'email', address: 'fresh@example.org' })
    })

    it('says how often which rule was followed', () => {
      expect(counts).toEqual({
        'two-spellings': 4,
        superseded: 1,
        unbound: 1,
        'expired-association': 4,
        'domain-folding': 2,
        'invalid-address': 10,
        'odd-phone': 4,
        'unknown-medium': 2,
        'invalid-matrix-id': 7,
        'missing-value': 13,
        'missing-time': 3,
        'other-encoding': 2,
        'sent-undelivered': 1,
        'duplicate-token': 2,
        'open-session': 1,
        'expired-session': 1,
      })
    })

    it('writes settings that a start accepts, and nothing of Sydent has changed', async () => {
      const yaml = await readFile(`${target.dataDir}/signpost.yaml`, 'utf8')
      expect(yaml).toContain('publicUrl: https://id.example.org')
      expect(yaml).not.toContain('50% of it')
      expect(await readFile(sydent.path, 'utf8')).toContain('smtppassword = 50%% of it')
    })
  })
}
