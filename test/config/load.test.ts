import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadConfig, parseConfig } from '../../src/config/load.ts'
import { OperatorError } from '../../src/config/operator-error.ts'
import { ConfigError, formatProblems, type ConfigProblem } from '../../src/config/problems.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { withoutRoot } from '../support/without-root.ts'

/** The problems of a text that must not be accepted. */
function problemsOf(text: string): readonly ConfigProblem[] {
  return errorOf(text).problems
}

function errorOf(text: string): ConfigError {
  try {
    parseConfig(text, 'signpost.yaml')
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('The text was accepted.')
}

const configOf = (text: string) => parseConfig(text, 'signpost.yaml').config

describe('loadConfig', () => {
  test('gives every key its default when there is no file', async () => {
    const dataDir = await createTempDir()
    const loaded = await loadConfig(dataDir)
    expect(loaded).toMatchObject({ exists: false, path: join(dataDir, 'signpost.yaml'), values: {} })
    expect(loaded.config.lookup.pepper).toEqual({ rotateEvery: 7 * 86_400_000, grace: 15 * 60_000 })
    expect(loaded.config.storage).toEqual({ type: 'sqlite', path: 'signpost.db' })
  })

  test('reads the file of the data directory', async () => {
    const dataDir = await createTempDir()
    await writeFile(join(dataDir, 'signpost.yaml'), '\uFEFFmatrix: { domain: example.org }\r\n')
    const { exists, config } = await loadConfig(dataDir)
    expect({ exists, domain: config.matrix.domain }).toEqual({ exists: true, domain: 'example.org' })
  })

  test('refuses a folder in the place of the file, and says so', async () => {
    const dataDir = await createTempDir()
    await mkdir(join(dataDir, 'signpost.yaml'))
    const error: unknown = await loadConfig(dataDir).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(OperatorError)
    expect(error).toMatchObject({
      code: 'config-unreadable',
      likelyCause: expect.stringContaining('is a folder'),
    })
  })

  test('refuses a file that is not UTF-8', async () => {
    const dataDir = await createTempDir()
    await writeFile(join(dataDir, 'signpost.yaml'), Buffer.from('matrix: { domain: m\xfcnchen }', 'latin1'))
    await expect(loadConfig(dataDir)).rejects.toMatchObject({
      code: 'config-unreadable',
      fix: 'Save it with the encoding UTF-8.',
    })
  })

  test('refuses a file it may not read', async () => {
    const dataDir = await createTempDir()
    await writeFile(join(dataDir, 'signpost.yaml'), '')
    await chmod(join(dataDir, 'signpost.yaml'), 0)
    await withoutRoot([dataDir, join(dataDir, 'signpost.yaml')], async () => {
      await expect(loadConfig(dataDir)).rejects.toMatchObject({ code: 'config-unreadable' })
    })
  })
})

describe('parseConfig reads', () => {
  test.each([
    'lookup:',
    'lookup: {}',
    'lookup:\n  pepper:',
    'lookup: ~',
    'lookup:\n  maxAddresses:',
    '',
    '# nothing',
  ])('the defaults from an empty section or key: %j', (text) => {
    expect(configOf(text)).toEqual(configOf(''))
  })

  test('an explicit null where a key may be empty', () => {
    expect(configOf('invitations: { registerUrl: null }').invitations.registerUrl).toBeNull()
  })

  test('unquoted numbers as they are written, where a text is expected', () => {
    const config = configOf(`
notifications:
  sms: { twilio: { from: +4915112345678, accountSid: 0123 } }
  email: { smtp: { user: me, password: 1e3 } }
terms: { privacy: { version: 1.0, en: { name: Privacy, url: https://example.org } } }
`)
    expect(config.notifications.sms.twilio).toMatchObject({ from: '+4915112345678', accountSid: '0123' })
    expect(config.notifications.email.smtp.password).toBe('1e3')
    expect(config.terms['privacy']?.version).toBe('1.0')
  })

  test('base URLs without their trailing slash', () => {
    expect(configOf('server: { publicUrl: https://id.example.org/ }').server.publicUrl).toBe(
      'https://id.example.org',
    )
  })

  test('a section that is given by reference', () => {
    expect(
      configOf('server: { listen: &a { port: 1 } }\nadmin: { listen: { port: 2 } }').admin.listen.port,
    ).toBe(2)
    expect(
      configOf('rateLimits: { signPerIp: &a { burst: 7 }, pubkeyPerIp: *a }').rateLimits.pubkeyPerIp.burst,
    ).toBe(7)
  })
})

describe('parseConfig reports', () => {
  test('every problem at once, in the order of the file, with line and column', () => {
    const problems = problemsOf(
      [
        'lookup:',
        '  maxAddresses: many',
        '  algorithms: [none]',
        'server:',
        '  publicUrl: http://a.example',
      ].join('\n'),
    )
    expect(problems.map(({ path, line, column }) => ({ path, line, column }))).toEqual([
      { path: 'lookup.maxAddresses', line: 2, column: 3 },
      { path: 'lookup.algorithms', line: 3, column: 3 },
      { path: 'server.publicUrl', line: 5, column: 3 },
    ])
  })

  test.each([
    ['lookup: { algoritms: [sha256] }', 'lookup.algoritms', 'algorithms'],
    ['server: { public_url: https://a.example }', 'server.public_url', 'publicUrl'],
    ['loockup: {}', 'loockup', 'lookup'],
    ['notifications: { email: { smtp: { pasword: x } } }', 'notifications.email.smtp.pasword', 'password'],
    ['backends: [{ id: a, type: list, enbaled: true }]', 'backends[0].enbaled', 'enabled'],
  ])('an unknown key with the one that was meant: %s', (text, path, suggestion) => {
    expect(problemsOf(text)).toEqual([
      expect.objectContaining({ path, suggestion, fix: `Did you mean "${suggestion}"?`, line: 1 }),
    ])
  })

  test('where a misplaced key belongs', () => {
    expect(problemsOf('domain: example.org')[0]?.fix).toBe('The key belongs elsewhere: matrix.domain.')
  })

  test('the keys that can stand there, when nothing is near', () => {
    expect(problemsOf('accounts: { frobnicate: 1 }')[0]?.fix).toBe(
      'Remove it. Keys that can stand here: homeservers.',
    )
  })

  test.each(['__proto__', 'constructor', 'toString'])('the key %s as unknown', (key) => {
    expect(problemsOf(`${key}: { a: 1 }`)).toEqual([expect.objectContaining({ path: key })])
  })

  test.each([
    ['a tab', 'matrix:\n\tdomain: a.example', 2, 'tab'],
    ['a key given twice', 'matrix: {}\nlookup: {}\nmatrix: {}', 3, '"matrix" stands here a second time'],
    ['an unquoted asterisk', 'matrix:\n  domain: *a', 2, 'begins with *'],
    ['an unquoted at sign', 'matrix:\n  domain: @a', 2, 'may not begin with @'],
    ['a tag', 'matrix:\n  domain: !secret a', 2, 'begins with !'],
    ['an open bracket', 'lookup:\n  algorithms: [none\n', 3, 'a bracket above is not closed'],
    ['a second document', 'matrix: {}\n---\nlookup: {}', 2, 'second document'],
    ['a colon in a value', 'matrix:\n  domain: a: b', 2, 'second colon'],
  ])('%s in the YAML, with its line', (_what, text, line, message) => {
    expect(problemsOf(text)).toContainEqual(
      expect.objectContaining({ line, message: expect.stringContaining(message) }),
    )
  })

  test('references that unfold without end', () => {
    const levels = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(9)}]`)
    expect(problemsOf(['a0: &a0 [x]', ...levels].join('\n'))[0]?.message).toContain('multiply')
  })

  test.each([
    ['associations: { bind: yes }', 'Write true: "yes" is only a word here (YAML 1.2).'],
    ['associations: { bind: off }', 'Write false: "off" is only a word here (YAML 1.2).'],
    ['associations: { bind: 1 }', 'Write true or false. Left out, it is true.'],
    [
      'invitations: { expireAfter: 30 }',
      'Write a whole number and a unit: 90s, 15m, 24h or 7d. Left out, it is 30d.',
    ],
    ['invitations: { whenAlreadyBound: delivr }', 'Did you mean "deliver"? Write reject or deliver.'],
    ['network: { allowPrivate: 10.0.0.0/8 }', 'Write a list, in brackets: ["10.0.0.0/8"]'],
    ['storage: { path: a.db }', 'Write sqlite or postgres.'],
    ['server: { listen: 8090 }', 'Write keys below it, indented by two spaces: host, port.'],
    ['just text', 'Begin with a section, for example "matrix:".'],
    ['terms: { "a b": { version: 1 } }', 'Use letters, digits, _ . - in the id of a policy.'],
    ['server: { maxBodyBytes: 3 }', 'Write a whole number, at least 1024. Left out, it is 1048576.'],
  ])('what to write instead: %s', (text, fix) => {
    expect(problemsOf(text).map((problem) => problem.fix)).toContain(fix)
  })

  test('nothing about a key whose neighbour could not be read', () => {
    const problems = problemsOf('notifications: { email: { smtp: { user: [], password: hunter2 } } }')
    expect(problems.map(({ path }) => path)).toEqual(['notifications.email.smtp.user'])
  })
})

describe('a problem never repeats a secret', () => {
  test.each([
    'notifications: { email: { smtp: { password: { vaule: hunter2 } } } }',
    'notifications: { email: { smtp: { password: [hunter2] } } }',
    'notifications: { email: { smtp: hunter2 } }',
    'notifications:\n  email:\n    smtp:\n      password: *hunter2',
    'notifications:\n  email:\n    smtp:\n      password: !hunter2',
    'notifications:\n  email:\n    smtp:\n      password: @hunter2',
    'notifications:\n  email:\n    smtp:\n      password: a: hunter2',
    'notifications:\n  email:\n    smtp:\n      password: "hunter2',
    'notifications: { sms: { transport: http, http: { url: "ftp://hunter2" } } }',
    'notifications: { sms: { transport: http, http: { url: "https://x.example/?key=hunter2" } } }',
    'notifications: { sms: { http: { headers: { Authorization: [hunter2] } } } }',
    'storage: { type: postgres, url: "mysql://root:hunter2@db.example" }',
    'storage: { type: postgres, url: [hunter2] }',
  ])('in %j', (text) => {
    const error = errorOf(text)
    expect(formatProblems(error)).not.toContain('hunter2')
    expect(JSON.stringify(error.problems)).not.toContain('hunter2')
    expect(error.message).not.toContain('hunter2')
  })
})

test('whatever the text is, parseConfig answers with a configuration or a ConfigError', () => {
  const word = fc.constantFrom(
    'matrix',
    'domain',
    'lookup',
    'storage',
    'type',
    'backends',
    ': ',
    '\n',
    '\n  ',
    '- ',
    '{',
    '[',
    '}',
    ']',
    '*a',
    '&a ',
    '"',
    '!x ',
    '<<',
    '? ',
    '1',
    '~',
    '\t',
    '|',
    '>',
    '#',
    ',',
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), (words) => {
      try {
        parseConfig(words.join(''), 'signpost.yaml')
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError)
        expect(error instanceof ConfigError && error.problems.length).toBeGreaterThan(0)
      }
    }),
    { numRuns: 500 },
  )
}, 60_000)

test('formatProblems names line, key, fault and remedy', () => {
  expect(formatProblems(errorOf('matrix:\n  domian: example.org'))).toBe(
    [
      'signpost.yaml has one problem:',
      '',
      '  Line 2, matrix.domian',
      '    There is no key "domian" in matrix.',
      '    Did you mean "domain"?',
    ].join('\n'),
  )
})
