import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { registrationFile } from '../../src/appservice/registration.ts'
import { runAppserviceCommand } from '../../src/cli/appservice-command.ts'
import { configSchema, type ConfigInput } from '../../src/config/schema.ts'
import { createInstallation } from '../cli/data-commands.ts'

const config = (appservice: ConfigInput['appservice']) =>
  configSchema.parse({ matrix: { domain: 'my.example.org' }, appservice })
const file = (appservice: ConfigInput['appservice'] = {}) =>
  parse(
    registrationFile({
      config: config(appservice),
      url: 'http://127.0.0.1:8090',
      asToken: 'a',
      hsToken: 'h',
    }),
  ) as Record<string, unknown>

describe('the registration', () => {
  test('keeps the user that rejects invitations, and nothing else', () => {
    expect(file()).toEqual({
      id: 'signpost',
      url: 'http://127.0.0.1:8090',
      as_token: 'a',
      hs_token: 'h',
      sender_localpart: 'signpost',
      rate_limited: false,
      namespaces: {
        users: [{ exclusive: true, regex: String.raw`@_signpost_expired:my\.example\.org` }],
        aliases: [],
        rooms: [],
      },
    })
  })

  test('has an eye on all users, but keeps none of them, when invited people are mailed', () => {
    const { namespaces } = file({ invited: { enabled: true }, rejectExpired: { enabled: false } })
    const { users } = namespaces as { users: { exclusive: boolean; regex: string }[] }
    expect(users).toEqual([{ exclusive: false, regex: String.raw`@.*:my\.example\.org` }])
    const pattern = new RegExp(`^${users[0]?.regex}`)
    expect([pattern.test('@anna:my.example.org'), pattern.test('@anna:myXexample.org')]).toEqual([
      true,
      false,
    ])
  })
})

describe('signpost appservice registration', () => {
  test('makes both tokens once, keeps them sealed, and prints them the same again', async () => {
    const installation = await createInstallation()
    const first = await installation.run(runAppserviceCommand, ['registration'])
    expect(first.code).toBe(0)
    const { as_token, hs_token } = parse(first.out) as Record<string, string>
    expect(as_token).toMatch(/^[\w-]{43}$/)
    expect(hs_token).toMatch(/^[\w-]{43}$/)
    expect(as_token).not.toBe(hs_token)
    const yaml = await readFile(join(installation.dataDir, 'signpost.yaml'), 'utf8')
    expect(yaml).toContain('sealed')
    expect(yaml).not.toContain(as_token)
    const again = await installation.run(runAppserviceCommand, ['registration'])
    expect(parse(again.out)).toEqual(parse(first.out))
    const anew = await installation.run(runAppserviceCommand, ['registration', '--new-tokens'])
    expect((parse(anew.out) as Record<string, string>)['as_token']).not.toBe(as_token)
    await installation.server.close()
  })

  test('writes a file that only its owner reads, and replaces none', async () => {
    const installation = await createInstallation()
    const path = join(installation.dataDir, 'registration.yaml')
    const args = ['registration', '--output', path, '--url', 'http://10.0.0.1:8090/']
    expect(await installation.run(runAppserviceCommand, args)).toMatchObject({ code: 0, out: '' })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(parse(await readFile(path, 'utf8'))).toMatchObject({ url: 'http://10.0.0.1:8090' })
    await expect(installation.run(runAppserviceCommand, args)).rejects.toMatchObject({
      code: 'output-unwritable',
    })
    await installation.server.close()
  })

  test('explains itself', async () => {
    const installation = await createInstallation()
    for (const args of [[], ['nothing'], ['registration', '--url', 'x']]) {
      expect(await installation.run(runAppserviceCommand, args)).toMatchObject({ code: 64, out: '' })
    }
    await installation.server.close()
  })
})
