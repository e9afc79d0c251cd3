import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { runConfigCommand } from '../../src/cli/config-commands.ts'
import { configSchema } from '../../src/config/schema.ts'
import { createTempDir } from '../support/temp-dir.ts'

async function run(args: readonly string[], text?: string, json = false) {
  const dataDir = await createTempDir()
  if (text !== undefined) await writeFile(join(dataDir, 'signpost.yaml'), text)
  return { dataDir, ...(await runIn(dataDir, args, json)) }
}

async function runIn(dataDir: string, args: readonly string[], json = false) {
  const out: string[] = []
  const err: string[] = []
  const io = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    dataDir,
    json,
  }
  const code = await runConfigCommand(args, io)
  return { code, out: out.join('\n'), err: err.join('\n') }
}

const secrets = `
storage: { type: postgres, url: "postgres://signpost:hunter2@127.0.0.1/signpost" }
notifications:
  email:
    smtp: { user: me, password: hunter2 }
    sendgrid: { apiKey: { file: /run/hunter2 } }
  sms:
    twilio: { authToken: { env: HUNTER2 } }
    http:
      url: https://sms.example.org/?key=hunter2&to={to}
      body: '{"key": "hunter2"}'
      headers: { Authorization: hunter2, X-Key: { sealed: "v1:hunter2" } }
`

describe('config check', () => {
  test('says that a file is fine and what it makes of Signpost', async () => {
    const { code, out, err, dataDir } = await run(['check'], 'matrix: { domain: example.org }')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(`${join(dataDir, 'signpost.yaml')} is fine.`)
    expect(out).toContain('Public address: https://example.org')
    expect(out).not.toContain('Set matrix.domain')
  })

  test('accepts that there is no file, and says what to set', async () => {
    const { code, out } = await run(['check'])
    expect(code).toBe(0)
    expect(out).toContain('every key has its default')
    expect(out).toContain('Set matrix.domain')
  })

  test('accepts the example file', async () => {
    const example = await readFile(join(import.meta.dirname, '../../docs/signpost.example.yaml'), 'utf8')
    expect(await run(['check'], example)).toMatchObject({ code: 0 })
  })

  test('tells all problems on standard error and ends with 2', async () => {
    const { code, out, err, dataDir } = await run(
      ['check'],
      'matrix:\n  domian: a\nlookup:\n  algorithms: [none]\n',
    )
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('signpost.yaml has 2 problems:')
    expect(err).toContain('Line 2, matrix.domian')
    expect(err).toContain('Did you mean "domain"?')
    expect(err).toContain('Line 4, lookup.algorithms')
    expect(err).toContain(join(dataDir, 'signpost.yaml'))
  })

  test('answers in JSON for scripts', async () => {
    const good = await run(['check'], 'matrix: { domain: example.org }', true)
    expect(JSON.parse(good.out)).toEqual({
      valid: true,
      file: join(good.dataDir, 'signpost.yaml'),
      exists: true,
      problems: [],
    })
    const bad = await run(['check'], 'matrix: { domian: a }', true)
    expect(bad).toMatchObject({ code: 2, err: '' })
    expect(JSON.parse(bad.out)).toMatchObject({
      valid: false,
      problems: [{ path: 'matrix.domian', line: 1, column: 11, suggestion: 'domain' }],
    })
  })

  test('explains a file that cannot be read', async () => {
    const dataDir = await createTempDir()
    await mkdir(join(dataDir, 'signpost.yaml'))
    const { code, err } = await runIn(dataDir, ['check'])
    expect(code).toBe(2)
    expect(err).toContain('is a folder, not a file')
    const { out } = await runIn(dataDir, ['check'], true)
    expect(JSON.parse(out)).toMatchObject({ valid: false, error: { code: 'config-unreadable' } })
  })
})

describe('config show', () => {
  test('prints what the file sets, as YAML that means the same', async () => {
    const text = 'matrix: { domain: example.org }\nlookup:\n  pepper: { grace: 5m }\nvalidation:\n'
    const { code, out } = await run(['show'], text)
    expect(code).toBe(0)
    expect(parse(out)).toEqual({ matrix: { domain: 'example.org' }, lookup: { pepper: { grace: '5m' } } })
  })

  test('says so when the file sets nothing', async () => {
    expect((await run(['show'])).out).toContain('sets nothing')
  })

  test('prints every key with --defaults, as YAML that means the same', async () => {
    const text = 'matrix: { domain: example.org }\nbackends: [{ id: staff, type: list }]\n'
    const { out } = await run(['show', '--defaults'], text)
    expect(configSchema.parse(parse(out))).toEqual(configSchema.parse(parse(text)))
    expect(out).toContain('rotateEvery: 7d')
  })

  test.each([['show'], ['show', '--defaults']])('never prints a secret: %s %s', async (...args) => {
    for (const json of [false, true]) {
      const { code, out } = await run(args, secrets, json)
      expect(code).toBe(0)
      expect(out.toLowerCase()).not.toContain('hunter2')
      for (const kind of ['plain text in this file', 'from a file', 'from the environment', 'sealed']) {
        expect(out).toContain(`<secret: ${kind}>`)
      }
    }
  })

  test('tells the problems of a file that cannot be used', async () => {
    expect(await run(['show'], 'matrix: 1')).toMatchObject({ code: 2, out: '' })
  })
})

describe('config schema', () => {
  test('prints the committed JSON Schema', async () => {
    const { code, out } = await run(['schema'])
    expect(code).toBe(0)
    const committed = join(import.meta.dirname, '../../docs/reference/config.schema.json')
    expect(`${out}\n`).toBe(await readFile(committed, 'utf8'))
  })
})

describe('a wrong command line ends with 64 and the usage on standard error', () => {
  test.each([
    [['chek'], 'Did you mean "config check"?'],
    [['constructor'], 'There is no command "config constructor".'],
    [[], '"config" needs to know what to do.'],
    [['show', '--all'], '"config show" does not know --all.'],
    [['check', '--defaults'], '"config check" does not know --defaults.'],
  ])('%j', async (args, message) => {
    const { code, out, err } = await run(args)
    expect({ code, out }).toEqual({ code: 64, out: '' })
    expect(err).toContain(message)
    expect(err).toContain('Usage: signpost config')
  })

  test('except for --help, which is answered', async () => {
    expect(await run(['--help'])).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Usage:') })
  })
})
