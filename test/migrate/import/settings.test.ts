import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { loadConfig } from '../../../src/config/load.ts'
import { createSealer, loadSealingKey } from '../../../src/config/sealing.ts'
import { createSecretReader } from '../../../src/config/secrets.ts'
import { saveConfig } from '../../../src/config/save.ts'
import { mapMxisdSettings } from '../../../src/migrate/import/mxisd/settings.ts'
import type { SettingOutcome, SettingsDraft } from '../../../src/migrate/import/settings/draft.ts'
import { mergeSettings, sealChanges } from '../../../src/migrate/import/settings/merge.ts'
import { parseIni } from '../../../src/migrate/import/sydent/ini.ts'
import { mapSydentSettings } from '../../../src/migrate/import/sydent/settings.ts'
import { systemClock, systemRandom } from '../../../src/system.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { mxisdKeys, otherValues, sydentOptions } from './support/known-keys.ts'

describe.each(['mxisd', 'ma1sd'] as const)('the settings of %s', (product) => {
  it('are all decided upon: none could be left out and the report stay the same', () => {
    const outcomes = mapMxisdSettings(tree(), product).outcomes()
    const isDecided = (key: string) => {
      const { [key]: _, ...others } = mxisdKeys
      // Where the value is the default, another one has to make a difference.
      const changed = otherValues[key] === undefined ? others : { ...others, [key]: otherValues[key] }
      const elsewhere = mapMxisdSettings(tree(changed), product).outcomes()
      return !isDeepStrictEqual(outcomes, elsewhere) || outcomes.some((each) => dismisses(each, key))
    }
    expect(Object.keys(mxisdKeys).filter((key) => !isDecided(key))).toEqual([])
  })

  it('give a reason for whatever does not come over', () => {
    const outcomes = mapMxisdSettings(tree(), product).outcomes()
    expect(outcomes.filter(({ fate }) => fate === 'unknown')).toEqual([])
    expect(outcomes.filter(({ to, note }) => to === null && note === '')).toEqual([])
  })

  it('are told from keys that never were any, in every section', () => {
    const sections = sectionsOf(Object.keys(mxisdKeys))
    const isReported = (section: string) => {
      const key = `${section}.colour`
      const outcomes = mapMxisdSettings(tree({ ...mxisdKeys, [key]: 'blue' }), product).outcomes()
      const isUnknown = outcomes.some(({ from, fate }) => from === key && fate === 'unknown')
      return isUnknown || outcomes.some((each) => dismisses(each, key))
    }
    expect(sections.length).toBeGreaterThan(80)
    expect(sections.filter((section) => !isReported(section))).toEqual([])
  })
})

describe('the settings of mxisd and ma1sd', () => {
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
      // The registration that the homeserver has goes on being valid.
      appservice: {
        enabled: true,
        id: 'appservice-ma1sd',
        url: 'http://127.0.0.1:8090',
        senderLocalpart: 'ma1sd',
        rejectExpired: { enabled: false, localpart: '_ma1sd_invite-expired' },
        invited: { enabled: true },
        bot: { enabled: true, roles: ['admins'] },
      },
    })
    expect(text).not.toMatch(/SG\.secret|s3cret|(twilio|ldap|sql|wp|as|hs)-secret/)
  })

  it('turn queries with question marks into ones with names, and leave quoted marks alone', async () => {
    const { config } = await written(mapMxisdSettings(tree(), 'ma1sd'))
    const sql = config.backends.find(({ id }) => id === 'sql')
    expect(sql).toMatchObject({
      userType: 'mxid',
      connection: { type: 'postgres', host: 'db.example.org', port: 5433, database: 'people', user: 'ma1sd' },
      queries: {
        lookup:
          `SELECT q.uid AS "user" FROM (select mxid as uid from mails where 'email' = :medium and mail = :address) q WHERE :medium = 'email' UNION ALL ` +
          `SELECT q.uid AS "user" FROM (select mxid as uid from threepids where medium = :medium and address = :address) q WHERE :medium NOT IN ('email')`,
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
    expect(outcomes.filter(({ to, note }) => to === null && note === '')).toEqual([])
    const keys = Object.entries(sydentOptions).flatMap(([section, options]) =>
      Object.keys(options).map((option) => `${section}.${option.toLowerCase()}`),
    )
    expect(keys.filter((key) => !outcomes.some(({ from }) => from === key))).toEqual([])
  })

  it('are told from options that never were any, in every section', async () => {
    const sections = [...Object.keys(sydentOptions), 'unheard.of'].filter((name) => !name.startsWith('peer.'))
    const colours = sections.map((section) => `[${section}]\ncolour = blue`)
    const draft = await mapSydentSettings(parseIni(colours.join('\n')), '/etc/sydent.conf', 'example.org')
    const unknown = draft.outcomes().filter(({ fate }) => fate === 'unknown')
    expect(unknown.map(({ from }) => from)).toEqual(
      expect.arrayContaining(sections.map((each) => `${each}.colour`)),
    )
  })

  it('that stand under [DEFAULT] count in the sections that do not say otherwise', async () => {
    const text = [
      '[DEFAULT]',
      'base = https://id.example.org',
      'email.smtphost = mail.example.org',
      'address_lookup_limit = 5000',
      'smsrule.7 = reject',
      'colour = blue',
      '[general]',
      'address_lookup_limit = 4000',
      '[http]',
      'client_http_base = %(base)s',
      '[sms]',
      'username = market',
    ].join('\n')
    const draft = await mapSydentSettings(parseIni(text), '/etc/sydent.conf', 'example.org')
    const value = (path: string) => draft.values().find((each) => each.path.join('.') === path)?.value
    expect(value('notifications.email.smtp.host')).toBe('mail.example.org')
    expect(value('lookup.maxAddresses')).toBe(4000)
    expect(value('notifications.sms.denyCountries')).toEqual(['KZ', 'RU'])
    const fates = draft.outcomes().filter(({ from }) => from.startsWith('DEFAULT.'))
    expect(fates.map(({ from, fate }) => [from, fate])).toEqual([
      ['DEFAULT.base', 'obsolete'],
      ['DEFAULT.colour', 'unknown'],
    ])
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

describe('mails and messages of mxisd', () => {
  it('go out by SMTP and Twilio where it named no connector', async () => {
    const medium = {
      email: { connectors: { smtp: { host: 'mail.example.org' } } },
      msisdn: { connectors: { twilio: { account_sid: 'AC1', auth_token: 'x', number: '+15005550006' } } },
    }
    const { config } = await written(
      mapMxisdSettings({ matrix: { domain: 'example.org' }, threepid: { medium } }, 'mxisd'),
    )
    expect(config.notifications).toMatchObject({
      email: { transport: 'smtp', smtp: { host: 'mail.example.org', port: 587, security: 'auto' } },
      sms: { transport: 'twilio' },
    })
  })
})

describe('the application service of mxisd', () => {
  it('keeps the names by which the homeserver knows it where nothing else was said', async () => {
    const appsvc = { enabled: true, endpoint: { toHS: { url: 'http://127.0.0.1:8008', token: 'a' } } }
    const { config } = await written(mapMxisdSettings({ matrix: { domain: 'example.org' }, appsvc }, 'mxisd'))
    expect(config.matrix.homeserverUrl).toBe('http://127.0.0.1:8008')
    expect(config.appservice).toMatchObject({
      enabled: true,
      id: 'appservice-mxisd',
      senderLocalpart: 'mxisd',
      rejectExpired: { localpart: '_mxisd_invite-expired' },
      bot: { enabled: false },
    })
  })

  it('stays away when it was switched off', () => {
    const draft = mapMxisdSettings({ appsvc: { enabled: false, user: { main: 'bot' } } }, 'mxisd')
    expect(draft.values().filter(({ path }) => path[0] === 'appservice')).toEqual([])
    expect(draft.outcomes()).toContainEqual(expect.objectContaining({ from: 'appsvc', fate: 'obsolete' }))
  })
})

describe('a program of exec', () => {
  const exec = (programs: object) => ({
    matrix: { domain: 'example.org' },
    exec: { enabled: true, ...programs },
  })

  it('that never worked is left out with its reason, and the others come over', async () => {
    const single = { command: 'one', output: { type: 'json' } }
    const bulk = { command: 'many', input: { type: 'json', template: 'x' }, output: { type: 'json' } }
    const byName = { command: 'names', output: { type: 'plain' } }
    const programs = { identity: { lookup: { single, bulk } }, directory: { search: { byName } } }
    const draft = mapMxisdSettings(exec(programs), 'ma1sd')
    const { config } = await written(draft)
    expect(config.backends.find(({ id }) => id === 'exec')).toMatchObject({
      identity: { single: { command: 'one' }, bulk: { command: 'many', input: { template: null } } },
      directory: { byName: { command: null } },
    })
    const lost = draft.outcomes().filter(({ fate }) => fate === 'lost')
    expect(lost.map(({ from }) => from)).toEqual(['exec.directory.search.byName'])
  })
})

describe('settings beside those that are there', () => {
  it('never overwrite one silently: it stays, and the report says so', async () => {
    const dataDir = await dataDirWith('matrix: { domain: own.example }\nserver: { listen: { port: 1234 } }\n')
    const { outcomes, changes } = await mergeSettings(dataDir, await sydentDraft(), {})
    expect(outcomes).toContainEqual(
      expect.objectContaining({ to: 'server.listen.port', fate: 'kept', value: 1234 }),
    )
    expect(changes.some(({ path }) => path.join('.') === 'server.listen.port')).toBe(false)
  })

  it('win when the operator says so', async () => {
    const dataDir = await dataDirWith('server: { listen: { port: 1234 } }\n')
    const { changes } = await mergeSettings(dataDir, await sydentDraft(), { replaceSettings: true })
    expect(changes).toContainEqual({ path: ['server', 'listen', 'port'], value: 8095 })
  })

  it('come over but for what Signpost refuses, with its reason', async () => {
    const draft = mapMxisdSettings(
      { matrix: { domain: 'https://not a name' }, server: { port: 99_999 }, ldap: { enabled: true } },
      'mxisd',
    )
    const { outcomes, changes } = await mergeSettings(await dataDirWith(''), draft, {})
    const refused = outcomes.filter(({ from, fate }) => fate === 'lost' && /^(matrix|server)\./.test(from))
    expect(refused.map(({ from }) => from)).toEqual(['matrix.domain', 'server.port'])
    expect(changes.map(({ path }) => path.join('.'))).not.toContain('server.listen.port')
    expect(changes.map(({ path }) => path.join('.'))).toContain('invitations.expireAfter')
  })

  it('change nothing the second time where all that is new is refused again', async () => {
    const dataDir = await dataDirWith('matrix: { domain: example.org }\n')
    const { outcomes, changes } = await mergeSettings(
      dataDir,
      mapMxisdSettings({ rest: { enabled: true, host: 'no address' } }, 'ma1sd'),
      {},
    )
    expect(outcomes).toContainEqual(expect.objectContaining({ from: 'rest.host', fate: 'lost' }))
    expect(changes.map(({ path }) => path[0])).not.toContain('backends')
  })

  it('change nothing the second time', async () => {
    const { dataDir } = await written(mapMxisdSettings(tree(), 'ma1sd'))
    const { changes } = await mergeSettings(dataDir, mapMxisdSettings(tree(), 'ma1sd'), {})
    expect(changes).toEqual([])
  })
})

/** Whether it is said of a whole section, the key among it, that nothing of it comes over. */
function dismisses({ from, fate }: SettingOutcome, key: string): boolean {
  return (fate === 'obsolete' || fate === 'lost') && (from === key || key.startsWith(`${from}.`))
}

/** Maps whose keys are names of the operator's own choice. */
const named = /(policies|terms|placeholder|threepid|mappings|medium|env|token|servers|handler)$/

/** Sections with keys of the other server. */
function sectionsOf(keys: readonly string[]): readonly string[] {
  const sections = keys.flatMap((key) => {
    const parts = key.split('.').slice(0, -1)
    return parts.map((_, i) => parts.slice(0, i + 1).join('.'))
  })
  return [...new Set(sections)].filter((section) => !named.test(section) && !section.includes('terms.'))
}

/** Keys with dots as the tree that stands in a file. */
function tree(keys: Readonly<Record<string, unknown>> = mxisdKeys): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(keys)) {
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
  const { outcomes, changes } = await mergeSettings(dataDir, draft, {})
  expect(outcomes.filter(({ note }) => note.startsWith('Unknown'))).toEqual([])
  const sealer = createSealer(await loadSealingKey(dataDir, systemRandom), systemRandom)
  await saveConfig({ dataDir, changes: sealChanges(changes, sealer), clock: systemClock })
  const { config } = await loadConfig(dataDir)
  return { config, dataDir, text: await readFile(join(dataDir, 'signpost.yaml'), 'utf8') }
}
