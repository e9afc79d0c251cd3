import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { loadConfig } from '../../../src/config/load.ts'
import { createSealer, loadSealingKey } from '../../../src/config/sealing.ts'
import { createSecretReader } from '../../../src/config/secrets.ts'
import { saveConfig } from '../../../src/config/save.ts'
import { mapMxisdSettings } from '../../../src/migrate/import/mxisd/settings.ts'
import type { SettingsDraft } from '../../../src/migrate/import/settings/draft.ts'
import { mergeSettings, sealChanges } from '../../../src/migrate/import/settings/merge.ts'
import { parseIni } from '../../../src/migrate/import/sydent/ini.ts'
import { mapSydentSettings } from '../../../src/migrate/import/sydent/settings.ts'
import { systemClock, systemRandom } from '../../../src/system.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { mxisdKeys, sydentOptions } from './support/known-keys.ts'

describe('the settings of mxisd and ma1sd', () => {
  it.each(['mxisd', 'ma1sd'] as const)('each has an outcome with a reason, in %s', (product) => {
    const outcomes = mapMxisdSettings(tree(), product).outcomes()
    expect(outcomes.filter(({ fate }) => fate === 'unknown')).toEqual([])
    // A section may have one outcome for all that is in it.
    const missing = Object.keys(mxisdKeys).filter((key) => !outcomes.some(({ from }) => covers(from, key)))
    expect(missing).toEqual([])
    for (const { fate, to, note } of outcomes) if (to === null) expect(note, fate).not.toBe('')
  })

  it('says so about a key that never was one', () => {
    const draft = mapMxisdSettings({ matrix: { domain: 'example.org', domian: 'x' } }, 'ma1sd')
    expect(draft.outcomes()).toContainEqual(
      expect.objectContaining({ from: 'matrix.domian', fate: 'unknown' }),
    )
  })

  it('become a configuration that Signpost accepts as a whole', async () => {
    const { config, text } = await written(mapMxisdSettings(tree(), 'ma1sd'))
    expect(config.backends.map(({ id }) => id)).toEqual([
      'list',
      'firebase',
      'ldap',
      'netiq',
      'rest',
      'sql',
      'synapse',
      'wordpress',
      'exec',
    ])
    expect(config).toMatchObject({
      matrix: { homeserverUrl: 'http://127.0.0.1:8008', pins: { 'other.example': 'https://10.0.0.5:8448' } },
      server: { listen: { host: '127.0.0.2', port: 8095 }, names: ['id.example.org'] },
      federation: {
        outbound: { enabled: false },
        recursion: { networks: ['10.0.0.0/8'] },
        bridges: { url: 'http://127.0.0.1:9999', mediums: { msisdn: 'http://127.0.0.1:9998' } },
      },
      invitations: { expireTo: '@expired:example.org', fullDisplayName: true },
      notifications: { email: { transport: 'sendgrid', from: '"Example" <matrix@example.org>' } },
      authentication: { enabled: true, rewrite: [{ match: '[0-9]{6}', medium: 'email' }] },
      directory: { homeserver: false, searchThreepids: false },
      registration: { enabled: true, others: 'allow', invited: false },
      roomInvites: { enabled: true, roles: ['staff'] },
    })
    for (const secret of ['SG.secret', 's3cret', 'twilio-secret', 'ldap-secret', 'sql-secret', 'wp-secret']) {
      expect(text).not.toContain(secret)
    }
  })

  it('turn queries with question marks into ones with names, and leave quoted marks alone', async () => {
    const { config } = await written(mapMxisdSettings(tree(), 'ma1sd'))
    const sql = config.backends.find(({ id }) => id === 'sql')
    expect(sql).toMatchObject({
      userType: 'mxid',
      connection: { type: 'postgres', host: 'db.example.org', port: 5433, database: 'people', user: 'ma1sd' },
      queries: {
        lookup:
          'SELECT q.uid AS "user" FROM (select mxid as uid from threepids where medium = :medium and address = :address) q',
        search: {
          name: `WITH q("user", name) AS (select mxid, name from people where name like '%?%' or name = :term) SELECT "user", name FROM q`,
        },
        list: 'SELECT q.mxid AS "user", q.medium AS medium, q.address AS address FROM (select mxid, medium, address from threepids) q ORDER BY 1',
      },
    })
  })
})

describe('the settings of Sydent', () => {
  it('each have an outcome with a reason', async () => {
    const outcomes = (await sydentDraft()).outcomes()
    expect(outcomes.filter(({ fate }) => fate === 'unknown')).toEqual([])
    const keys = Object.entries(sydentOptions).flatMap(([section, options]) =>
      Object.keys(options).map((option) => `${section}.${option.toLowerCase()}`),
    )
    expect(keys.filter((key) => !outcomes.some(({ from }) => covers(from, key)))).toEqual([])
  })

  it('become a configuration that Signpost accepts as a whole', async () => {
    const { config, text, dataDir } = await written(await sydentDraft())
    expect(config).toMatchObject({
      matrix: { domain: 'example.org' },
      server: { publicUrl: 'https://id.example.org', listen: { host: '127.0.0.1', port: 8095 } },
      lookup: { maxAddresses: 5000 },
      identityV1: { enabled: false },
      accounts: { homeservers: ['example.org', 'other.example'] },
      network: { allowPrivate: ['10.1.0.0/16', '10.2.0.0/16'] },
      invitations: {
        webClient: 'https://chat.example.org',
        blocked: { homeservers: ['bad.example', 'worse.example'], keywords: ['casino', 'lottery'] },
      },
      notifications: {
        email: { transport: 'smtp', smtp: { security: 'implicit', port: 465 } },
        sms: { transport: 'http', denyCountries: ['KZ', 'RU'] },
      },
      rateLimits: { storeInvitePerSender: { burst: 7, perMinute: 0.2 } },
    })
    expect(text).not.toContain('mail-secret')
    const { Authorization } = config.notifications.sms.http.headers
    const sealer = createSealer(await loadSealingKey(dataDir, systemRandom), systemRandom)
    const secrets = createSecretReader({ dataDir, env: {}, sealer })
    const login = Buffer.from('market:sms-secret').toString('base64')
    expect(await secrets.read(Authorization ?? '', 'sms')).toBe(`Basic ${login}`)
  })

  it('are read as Python reads them', () => {
    const ini = parseIni(
      [
        '[DEFAULT]',
        'base = https://id.example.org',
        '# a comment',
        '[HTTP]',
        'Client_Base: %(base)s/x',
        'percent = 50%%',
        'list =',
        '  one',
        '  two',
        'circle = %(circle)s',
        '[other]',
      ].join('\r\n'),
    )
    expect(ini.get('HTTP', 'client_base')).toBe('https://id.example.org/x')
    expect(ini.get('HTTP', 'percent')).toBe('50%')
    expect(ini.raw('HTTP', 'percent')).toBe('50%%')
    expect(ini.get('HTTP', 'list')).toBe('\none\ntwo')
    expect(ini.get('HTTP', 'circle')).toContain('circle')
    expect(ini.get('other', 'base')).toBe('https://id.example.org')
    expect(ini.sections()).toEqual(['HTTP', 'other'])
  })
})

describe('settings beside those that are there', () => {
  it('never overwrite one silently: it stays, and the report says so', async () => {
    const dataDir = await dataDirWith('matrix: { domain: own.example }\nserver: { listen: { port: 1234 } }\n')
    const { outcomes, changes } = await mergeSettings(dataDir, await sydentDraft(), false)
    expect(outcomes).toContainEqual(
      expect.objectContaining({ to: 'server.listen.port', fate: 'kept', value: 1234 }),
    )
    expect(changes.some(({ path }) => path.join('.') === 'server.listen.port')).toBe(false)
  })

  it('win when the operator says so', async () => {
    const dataDir = await dataDirWith('server: { listen: { port: 1234 } }\n')
    const { changes } = await mergeSettings(dataDir, await sydentDraft(), true)
    expect(changes).toContainEqual({ path: ['server', 'listen', 'port'], value: 8095 })
  })

  it('come over but for what Signpost refuses, with its reason', async () => {
    const draft = mapMxisdSettings(
      { matrix: { domain: 'https://not a name' }, server: { port: 99_999 }, ldap: { enabled: true } },
      'mxisd',
    )
    const { outcomes, changes } = await mergeSettings(await dataDirWith(''), draft, false)
    const refused = outcomes.filter(({ from, fate }) => fate === 'lost' && /^(matrix|server)\./.test(from))
    expect(refused.map(({ from }) => from)).toEqual(['matrix.domain', 'server.port'])
    expect(changes.map(({ path }) => path.join('.'))).not.toContain('server.listen.port')
    expect(changes.map(({ path }) => path.join('.'))).toContain('invitations.expireAfter')
  })

  it('change nothing the second time', async () => {
    const { dataDir } = await written(mapMxisdSettings(tree(), 'ma1sd'))
    const { changes } = await mergeSettings(dataDir, mapMxisdSettings(tree(), 'ma1sd'), false)
    expect(changes).toEqual([])
  })
})

function covers(from: string, key: string): boolean {
  return (
    from === key || key.startsWith(`${from}.`) || from.startsWith(`${key}.`) || from.startsWith(`${key} `)
  )
}

/** Keys with dots as the tree that stands in a file. */
function tree(): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(mxisdKeys)) {
    const path = key.split('.')
    let at = root
    for (const name of path.slice(0, -1)) at = (at[name] ??= {}) as Record<string, unknown>
    at[path.at(-1) ?? ''] = value
  }
  return parse(stringify(root)) as Record<string, unknown>
}

async function sydentDraft(): Promise<SettingsDraft> {
  const lines = Object.entries(sydentOptions).flatMap(([section, options]) => [
    `[${section}]`,
    ...Object.entries(options).map(([name, value]) => `${name} = ${value}`),
  ])
  return await mapSydentSettings(parseIni(lines.join('\n')), '/etc/sydent.conf', 'example.org')
}

async function dataDirWith(yaml: string): Promise<string> {
  const dataDir = join(await createTempDir('settings'), 'data')
  await mkdir(dataDir)
  await writeFile(join(dataDir, 'signpost.yaml'), yaml)
  return dataDir
}

async function written(draft: SettingsDraft) {
  const dataDir = await dataDirWith('')
  const { outcomes, changes } = await mergeSettings(dataDir, draft, false)
  expect(outcomes.filter(({ note }) => note.startsWith('Unknown'))).toEqual([])
  const sealer = createSealer(await loadSealingKey(dataDir, systemRandom), systemRandom)
  await saveConfig({ dataDir, changes: sealChanges(changes, sealer), clock: systemClock })
  const { config } = await loadConfig(dataDir)
  return { config, dataDir, text: await readFile(join(dataDir, 'signpost.yaml'), 'utf8') }
}
