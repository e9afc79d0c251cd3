import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTarget } from './support/import-world.ts'
import { createSource } from './support/source-fixture.ts'
import { sydentKey, sydentSeed } from './support/sydent-fixture.ts'

const begin = 1_600_000_000_000
const end = begin * 3

it('a Sydent of the first days, without accounts, hashes and a version of its key, comes over', async () => {
  const folder = await createTempDir('first-sydent')
  const shared =
    'id integer primary key, medium varchar(16), address varchar(256), mxid varchar(256), ts integer, notBefore bigint, notAfter bigint'
  const row = { medium: 'email', address: 'Early@example.org', mxid: '@early:example.org', ts: begin }
  const bound = { ...row, notBefore: begin, notAfter: end }
  await createSource(
    'sqlite',
    folder,
    'sydent.db',
    {
      local_threepid_associations: { columns: shared, rows: [{ id: 1, ...bound }] },
      global_threepid_associations: {
        columns: `${shared}, originServer varchar(255), originId integer, sgAssoc text`,
        rows: [{ id: 1, ...bound, originServer: 'id.example.org', originId: 1, sgAssoc: '{}' }],
      },
      invite_tokens: {
        columns:
          'id integer primary key, medium varchar(16), address varchar(256), room_id varchar(256), sender varchar(256), token varchar(256)',
        rows: [
          {
            ...{ id: 1, medium: 'email', address: 'guest@example.org', room_id: '!room:example.org' },
            ...{ sender: '@early:example.org', token: 'early-token' },
          },
        ],
      },
    },
    false,
  )
  // The seed in hex, under [DEFAULT], where Sydent finds it as well.
  const path = join(folder, 'sydent.conf')
  await writeFile(
    path,
    `[DEFAULT]\nserver.name = id.example.org\ned25519.signingkey = ${sydentSeed.toString('hex')}\n`,
  )
  const target = await createTarget()
  const { keys } = await target.run({ kind: 'sydent', path })
  expect(keys.at(-1)).toMatchObject({ id: 'ed25519:0', publicKey: sydentKey.publicKey, outcome: 'signs' })
  const { db } = target.storage
  const { address, mxid } = await db.selectFrom('associations').selectAll().executeTakeFirstOrThrow()
  expect({ address, mxid }).toEqual({ address: 'early@example.org', mxid: '@early:example.org' })
  const invitation = await db.selectFrom('invitations').selectAll().executeTakeFirstOrThrow()
  expect(invitation).toMatchObject({
    token: 'early-token',
    state: 'pending',
    server_public_key: sydentKey.publicKey,
  })
  await target.storage.close()
})
