import { mkdir, readdir, readFile, stat, symlink, lstat, writeFile, chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ConfigChange } from '../../src/config/edit-text.ts'
import { ConfigError } from '../../src/config/problems.ts'
import { saveConfig } from '../../src/config/save.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { withoutRoot } from '../support/without-root.ts'

const noon = Date.UTC(2026, 0, 31, 12)

async function setUp(text?: string) {
  const dataDir = await createTempDir()
  const path = join(dataDir, 'signpost.yaml')
  if (text !== undefined) await writeFile(path, text, { mode: 0o644 })
  return {
    dataDir,
    path,
    save: (changes: readonly ConfigChange[], now = noon) =>
      saveConfig({ dataDir, changes, clock: { now: () => now } }),
    read: () => readFile(path, 'utf8'),
    archived: () => readdir(join(dataDir, 'archive')).catch(() => []),
  }
}

const annotated = `# Our school
matrix:
  domain: example.org # never change this

  # reached directly
  homeserverUrl: 'http://127.0.0.1:8008'

lookup: # privacy
  algorithms: [sha256]
# the end
`

describe('saveConfig', () => {
  test('changes a value and keeps comments, order, quotes and empty lines', async () => {
    const { save, read } = await setUp(annotated)
    const { config } = await save([{ path: ['matrix', 'homeserverUrl'], value: 'http://127.0.0.1:8009' }])
    expect(config.matrix.homeserverUrl).toBe('http://127.0.0.1:8009')
    expect(await read()).toBe(annotated.replace(':8008', ':8009'))
  })

  test('keeps the comment behind a value that changes', async () => {
    const { save, read } = await setUp(annotated)
    await save([{ path: ['matrix', 'domain'], value: 'school.example' }])
    expect(await read()).toBe(annotated.replace('example.org', 'school.example'))
  })

  test('prints the comments and the order again where a key is added', async () => {
    const { save, read } = await setUp(annotated)
    await save([{ path: ['lookup', 'maxAddresses'], value: 500 }])
    const lines = (await read()).split('\n').map((line) => line.trim())
    const before = annotated.split('\n').filter((line) => line !== '' && !line.startsWith('lookup'))
    expect(lines).toEqual(expect.arrayContaining([...before.map((line) => line.trim()), 'maxAddresses: 500']))
    expect(lines.filter((line) => line.includes('# privacy'))).toHaveLength(1)
  })

  test.each([
    [
      'a list item',
      'identityV1: { allow: [10.0.0.1, 10.0.0.2] }',
      ['identityV1', 'allow', 1],
      '10.0.0.3',
      '[10.0.0.1, 10.0.0.3]',
    ],
    [
      'double quotes',
      'matrix: { domain: "a.example" }',
      ['matrix', 'domain'],
      'b.example',
      '{ domain: "b.example" }',
    ],
    [
      'a number',
      'admin: {listen: {port: 1}}',
      ['admin', 'listen', 'port'],
      9000,
      'admin: {listen: {port: 9000}}',
    ],
    [
      'quotes',
      "invitations: { blocked: { keywords: ['a', b] } }",
      ['invitations', 'blocked', 'keywords', 0],
      'c',
      "['c', b]",
    ],
    [
      'comma',
      'invitations: { blocked: { keywords: [a, b] } }',
      ['invitations', 'blocked', 'keywords', 0],
      'x, y',
      '["x, y", b]',
    ],
    [
      'apostrophe',
      "invitations: { blocked: { keywords: ['a'] } }",
      ['invitations', 'blocked', 'keywords', 0],
      "it's",
      "it's",
    ],
  ])('changes one value in its place: %s', async (_what, text, path, value, expected) => {
    const { save, read } = await setUp(text)
    await save([{ path, value }])
    expect(await read()).toContain(expected)
  })

  test('refuses to take out a value that others refer to', async () => {
    const { save } = await setUp('rateLimits:\n  signPerIp: &a { burst: 7 }\n  pubkeyPerIp: *a\n')
    await expect(save([{ path: ['rateLimits', 'signPerIp'], value: undefined }])).rejects.toMatchObject({
      code: 'config-unwritable',
    })
  })

  test('adds keys and sections that are not there', async () => {
    const { save, read } = await setUp('matrix: { domain: a.example }\n')
    await save([
      { path: ['server', 'listen', 'port'], value: 9000 },
      { path: ['matrix', 'pins', 'other.org'], value: 'https://10.0.0.5:8448' },
    ])
    expect(await read()).toBe(
      [
        'matrix: { domain: a.example, pins: { other.org: https://10.0.0.5:8448 } }',
        'server:',
        '  listen:',
        '    port: 9000',
        '',
      ].join('\n'),
    )
  })

  test.each(['lookup:\n', 'lookup: # here\n', 'lookup: 5\n', 'lookup: {}\n', '', '# only a comment\n'])(
    'fills what has no keys yet: %j',
    async (text) => {
      const { save, read } = await setUp(text)
      const { config } = await save([{ path: ['lookup', 'pepper', 'grace'], value: '5m' }])
      expect(config.lookup.pepper.grace).toBe(300_000)
      expect(await read()).toContain('grace: 5m')
    },
  )

  test('changes one of two sections that share their text by reference', async () => {
    const { save } = await setUp('rateLimits:\n  signPerIp: &a { burst: 7 }\n  pubkeyPerIp: *a\n')
    const { config } = await save([{ path: ['rateLimits', 'pubkeyPerIp', 'perMinute'], value: 9 }])
    expect(config.rateLimits.pubkeyPerIp).toEqual({ perMinute: 9, burst: 7 })
    expect(config.rateLimits.signPerIp).toEqual({ perMinute: 30, burst: 7 })
  })

  test('takes out a key and the sections that are empty then', async () => {
    const { save, read } = await setUp('matrix:\n  domain: a.example\nlookup:\n  pepper:\n    grace: 5m\n')
    const { config } = await save([{ path: ['lookup', 'pepper', 'grace'], value: undefined }])
    expect(config.lookup.pepper.grace).toBe(900_000)
    expect(await read()).toBe('matrix:\n  domain: a.example\n')
  })

  test('takes out a key that is not there without a fault', async () => {
    const { save, read } = await setUp(annotated)
    await save([{ path: ['server', 'tls', 'mode'], value: undefined }])
    expect(await read()).toBe(annotated)
  })

  test('writes texts so that they come back as texts', async () => {
    const { save } = await setUp('notifications: { sms: { twilio: { from: 12 } } }\n')
    for (const from of ['+49151', '0123', '1.0', 'true', 'null', '', '#x', ': y', '*z', 'a\nb', '{to}']) {
      const { config } = await save([{ path: ['notifications', 'sms', 'twilio', 'from'], value: from }])
      expect(config.notifications.sms.twilio.from).toBe(from)
    }
  })

  test('changes, adds and removes items of a list', async () => {
    const { save } = await setUp('backends:\n  - { id: a, type: list }\n  - { id: b, type: list }\n')
    await save([{ path: ['backends', 2], value: { id: 'c', type: 'list' } }])
    await save([{ path: ['backends', 1, 'enabled'], value: false }])
    const { config } = await save([{ path: ['backends', 0], value: undefined }])
    expect(config.backends.map(({ id, enabled }) => ({ id, enabled }))).toEqual([
      { id: 'b', enabled: false },
      { id: 'c', enabled: true },
    ])
  })

  test('writes nothing and archives nothing when the result cannot be used', async () => {
    const { save, read, archived, dataDir } = await setUp(annotated)
    const error: unknown = await save([{ path: ['lookup', 'algorithms'], value: ['none'] }]).catch(
      (e: unknown) => e,
    )
    expect(error).toBeInstanceOf(ConfigError)
    expect(error).toMatchObject({ problems: [{ path: 'lookup.algorithms' }] })
    expect(await read()).toBe(annotated)
    expect(await archived()).toEqual([])
    expect(await readdir(dataDir)).toEqual(['signpost.yaml'])
  })

  test('repairs a file that cannot be used, when the change does', async () => {
    const { save } = await setUp('lookup: { algorithms: [none] }\n')
    const { config } = await save([{ path: ['lookup', 'algorithms'], value: ['sha256'] }])
    expect(config.lookup.algorithms).toEqual(['sha256'])
  })

  test('refuses to edit broken YAML', async () => {
    const { save, read } = await setUp('matrix: [\n')
    await expect(save([{ path: ['matrix', 'domain'], value: 'a.example' }])).rejects.toBeInstanceOf(
      ConfigError,
    )
    expect(await read()).toBe('matrix: [\n')
  })

  test('creates the file where there is none', async () => {
    const { save, read, archived } = await setUp()
    expect(await save([{ path: ['matrix', 'domain'], value: 'a.example' }])).toMatchObject({
      archivedTo: null,
    })
    expect(await read()).toBe('matrix:\n  domain: a.example\n')
    expect(await archived()).toEqual([])
  })

  test('archives the former file as it was', async () => {
    const { save, dataDir } = await setUp(annotated)
    const { archivedTo } = await save([{ path: ['matrix', 'domain'], value: 'a.example' }])
    expect(archivedTo).toBe(join(dataDir, 'archive', 'signpost-2026-01-31T12-00-00.000Z.yaml'))
    expect(await readFile(archivedTo ?? '', 'utf8')).toBe(annotated)
  })

  test('keeps both former files of two changes in the same millisecond', async () => {
    const { save, archived } = await setUp(annotated)
    await save([{ path: ['matrix', 'domain'], value: 'a.example' }])
    await save([{ path: ['matrix', 'domain'], value: 'b.example' }])
    expect(await archived()).toHaveLength(2)
  })

  test('archives nothing when nothing changes', async () => {
    const { save, archived } = await setUp(annotated)
    expect(await save([{ path: ['matrix', 'domain'], value: 'example.org' }])).toMatchObject({
      archivedTo: null,
    })
    expect(await archived()).toEqual([])
  })

  test('keeps the last 30 former files and leaves others alone', async () => {
    const { save, archived, dataDir } = await setUp(annotated)
    await mkdir(join(dataDir, 'archive'))
    await writeFile(join(dataDir, 'archive', 'notes.yaml'), '')
    for (let port = 1; port <= 33; port++) {
      await save([{ path: ['server', 'listen', 'port'], value: port }], noon + port * 60_000)
    }
    const names = await archived()
    expect(names).toHaveLength(31)
    expect(names).toContain('notes.yaml')
    expect(names).toContain('signpost-2026-01-31T12-33-00.000Z.yaml')
    expect(names).not.toContain('signpost-2026-01-31T12-03-00.000Z.yaml')
  })

  test.runIf(process.platform !== 'win32')(
    'leaves file and archive readable by the owner alone',
    async () => {
      const { save, path, dataDir } = await setUp(annotated)
      const { archivedTo } = await save([{ path: ['matrix', 'domain'], value: 'a.example' }])
      for (const [file, mode] of [
        [path, 0o600],
        [archivedTo ?? '', 0o600],
        [join(dataDir, 'archive'), 0o700],
      ] as const) {
        expect((await stat(file)).mode & 0o777).toBe(mode)
      }
    },
  )

  test.runIf(process.platform !== 'win32')('changes a linked file where it is', async () => {
    const { save, path, dataDir } = await setUp()
    const target = join(await createTempDir(), 'real.yaml')
    await writeFile(target, annotated)
    await symlink(target, path)
    await save([{ path: ['matrix', 'domain'], value: 'a.example' }])
    expect((await lstat(join(dataDir, 'signpost.yaml'))).isSymbolicLink()).toBe(true)
    expect(await readFile(target, 'utf8')).toContain('a.example')
  })

  test('writes nothing when the former file cannot be kept', async () => {
    const { save, read, dataDir } = await setUp(annotated)
    await writeFile(join(dataDir, 'archive'), 'in the way')
    await expect(save([{ path: ['matrix', 'domain'], value: 'a.example' }])).rejects.toMatchObject({
      code: 'config-unwritable',
      likelyCause: `A file is in the place of the folder ${join(dataDir, 'archive')}.`,
    })
    expect(await read()).toBe(annotated)
  })

  test('says so when it may not write, and the file stays', async () => {
    const { save, read, dataDir } = await setUp(annotated)
    await chmod(dataDir, 0o500)
    const change = [{ path: ['matrix', 'domain'], value: 'a.example' }]
    await withoutRoot([dataDir, join(dataDir, 'signpost.yaml')], async () => {
      await expect(save(change)).rejects.toMatchObject({ code: 'config-unwritable' })
    })
    expect(await read()).toBe(annotated)
    await chmod(dataDir, 0o700)
  })
})
