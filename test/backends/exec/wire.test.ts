import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { createTempDir } from '../../support/temp-dir.ts'
import { asking } from '../support/context.ts'
import { hostileTexts } from '../support/school.ts'
import { anna, backendOf, bob, login, plain, script } from './scripts.ts'

/** Writes down what it was given: arguments, environment, standard input. */
const recorder = `#!${process.execPath}
const { readFileSync, writeFileSync } = require('node:fs')
const [, , file, answer, ...args] = process.argv
writeFileSync(file, JSON.stringify({ args, env: process.env, cwd: process.cwd(), stdin: readFileSync(0, 'utf8') }))
process.stdout.write(answer)
`
let command: string
let file: string
beforeAll(async () => {
  command = await script(recorder)
  file = join(await createTempDir('exec-wire'), 'given.json')
})

interface Given {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly stdin: string
}
const given = async () => JSON.parse(await readFile(file, 'utf8')) as Given
const record = (answer: string, ...args: string[]) => ({ command, args: [file, answer, ...args] })

describe('what a program is given', () => {
  it('is the JSON of mxisd and ma1sd', async () => {
    const backend = await backendOf({
      auth: record('{"auth":{"success":false}}'),
      directory: { byName: record('{}'), byThreepid: record('{}') },
      identity: { single: record('{}'), bulk: record('{}') },
      profile: { threePid: record('{}') },
    })
    const json = async () => JSON.parse((await given()).stdin) as unknown
    const user = { mxid: '@anna:example.org', localpart: 'anna', domain: 'example.org' }

    await backend.authenticate?.(login('anna', 'a"b\\c\n{localpart}'), asking())
    expect(await json()).toEqual({ ...user, password: 'a"b\\c\n{localpart}' })
    await backend.search?.({ by: 'address', term: 'anna"', limit: 3 }, asking())
    expect(await json()).toEqual({ by: 'threepid', search_term: 'anna"', limit: 3 })
    await backend.findMappings?.([anna], asking())
    expect(await json()).toEqual(anna)
    await backend.findMappings?.([anna, bob], asking())
    expect(await json()).toEqual({ lookup: [anna, bob] })
    await backend.profile?.('@anna:example.org', asking())
    expect(await json()).toEqual(user)
  })

  it('is one value a line with plain', async () => {
    const input = { type: 'plain' } as const
    const backend = await backendOf({
      auth: { ...record('0'), input, ...plain },
      directory: { byName: { ...record('{}'), input } },
      identity: { single: { ...record(''), input, ...plain }, bulk: { ...record('{}'), input } },
      profile: { roles: { ...record('{}'), input } },
    })
    const stdin = async () => (await given()).stdin
    await backend.authenticate?.(login('anna', 'a b'), asking())
    expect(await stdin()).toBe('anna\nexample.org\n@anna:example.org\na b\n')
    await backend.search?.({ by: 'name', term: 'Anna', limit: 3 }, asking())
    expect(await stdin()).toBe('name\nAnna\n')
    await backend.findMappings?.([anna], asking())
    expect(await stdin()).toBe('email\nanna@school.example\n')
    await backend.findMappings?.([anna, bob], asking())
    expect(await stdin()).toBe('email\tanna@school.example\nemail\tbob@school.example\n')
    await backend.profile?.('@anna:example.org', asking())
    expect(await stdin()).toBe('anna\nexample.org\n@anna:example.org\n')
  })

  it('is a template with tokens, escaped where it is JSON', async () => {
    const json = { type: 'json', template: '{"u":"{localpart}","p":"%PW%","x":"{medium}"}' } as const
    const backend = await backendOf({
      auth: { ...record('{"auth":{"success":false}}'), input: json, tokens: { password: '%PW%' } },
      identity: { single: { ...record('{}'), input: { type: 'plain', template: '{address};{medium}' } } },
    })
    await backend.authenticate?.(login('anna', '"\\{localpart}$&'), asking())
    expect(JSON.parse((await given()).stdin)).toEqual({ u: 'anna', p: '"\\{localpart}$&', x: '{medium}' })
    await backend.findMappings?.([anna], asking())
    expect((await given()).stdin).toBe('anna@school.example;email')
  })

  it('are arguments and variables as they are, whatever the value', async () => {
    const backend = await backendOf({
      auth: {
        ...record('{"auth":{"success":false}}', 'u={localpart}', '{password}', '--', '{password}', '{query}'),
        env: { PASSWORD: '<{password}>' },
      },
    })
    for (const text of hostileTexts.filter((one) => !one.includes('\0'))) {
      await backend.authenticate?.(login('anna', text), asking())
      const { args, env } = await given()
      expect(args).toEqual(['u=anna', text, '--', text, '{query}'])
      expect(env['PASSWORD']).toBe(`<${text}>`)
    }
  })

  it('is a clean environment, the folder of the program, and secrets as they stand in their files', async () => {
    const backend = await backendOf(
      { identity: { single: { ...record('{}'), env: { TOKEN: { file: 'token' }, WHO: '{address}' } } } },
      { secrets: { read: async (source) => (typeof source === 'string' ? source : 'hush {address}') } },
    )
    await backend.findMappings?.([anna], asking())
    const { env, cwd } = await given()
    expect(Object.keys(env).toSorted()).toEqual(['HOME', 'LANG', 'PATH', 'TOKEN', 'WHO'])
    expect(env).toMatchObject({ TOKEN: 'hush {address}', WHO: 'anna@school.example' })
    expect(command).toBe(join(cwd, 'program'))
  })
})

describe('a question that no program can be asked without changing it', () => {
  it('finds nobody, and starts nothing', async () => {
    const witness = join(await createTempDir('exec-wire'), 'started')
    const touch = await script(`touch ${witness}; echo true`)
    const backend = await backendOf({
      auth: { command: touch, args: ['{password}'], input: { type: 'none' }, ...plain },
    })
    const lines = await backendOf({ auth: { command: touch, input: { type: 'plain' }, ...plain } })
    const wrong = { success: false, reason: 'wrong-password' }
    // A NUL would end the argument, a dash would begin an option, a line end would begin another value.
    expect(await backend.authenticate?.(login('anna', 'right\0wrong'), asking())).toEqual(wrong)
    expect(await backend.authenticate?.(login('anna', '-right'), asking())).toEqual(wrong)
    expect(await lines.authenticate?.(login('anna', 'right\nwrong'), asking())).toEqual(wrong)
    await expect(readFile(witness)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await backend.authenticate?.(login('anna', 'right'), asking())).toMatchObject({ success: true })
    await expect(readFile(witness)).resolves.toBeDefined()
  })
})
