import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ConfigInput } from '../../src/config/schema.ts'
import { faultsIn, startBreakableWorld, type BreakableWorld } from './support/doctor-world.ts'

const client = {
  id: 'mas',
  secret: 'the secret: 100%',
  redirectUris: ['https://auth.school.test/upstream/callback/01HFRQFT5QFMJFGF01P7JAV2ME'],
}

describe('the doctor of a Signpost that signs people in for MAS', () => {
  let world: BreakableWorld
  const withOidc = (oidc: NonNullable<NonNullable<ConfigInput['authentication']>['oidc']>): ConfigInput => ({
    ...world.config,
    authentication: { oidc: { enabled: true, clients: [client], ...oidc } },
  })
  const examine = async () =>
    (await world.examine({ areas: ['homeserver'] })).filter(({ code }) => code.startsWith('openid-'))

  beforeAll(async () => {
    world = await startBreakableWorld()
  })
  afterAll(() => world?.stop())

  test('says nothing about a provider that is switched off', async () => {
    expect(await examine()).toMatchObject([{ code: 'openid-provider', status: 'skipped' }])
  })

  test('goes the way of browser and client for each of them, and then has no word against MAS', async () => {
    await world.appliance.configure(withOidc({}))
    await world.rewriteConfig(withOidc({}))
    expect(await examine()).toMatchObject([{ code: 'openid-provider', status: 'ok', subject: 'mas' }])
  })

  test.each(['basic', 'post'] as const)(
    'notices a secret that the server does not know (%s)',
    async (secretBy) => {
      await world.appliance.configure(withOidc({ clients: [{ ...client, secretBy }] }))
      await world.rewriteConfig(withOidc({ clients: [{ ...client, secretBy }] }))
      expect(await examine()).toMatchObject([{ status: 'ok' }])
      await world.rewriteConfig(withOidc({ clients: [{ ...client, secretBy, secret: 'another' }] }))
      expect(faultsIn(await examine())).toEqual(['openid-client-refused (mas)'])
    },
  )

  test('notices a client that the server does not know', async () => {
    await world.rewriteConfig(withOidc({ clients: [{ ...client, id: 'other' }] }))
    expect(faultsIn(await examine())).toEqual(['openid-page-missing (other)'])
  })

  test('notices that no backend takes passwords', async () => {
    await world.rewriteConfig({ ...withOidc({}), backends: [] })
    expect(faultsIn(await examine())).toEqual(['openid-without-passwords'])
  })

  test('notices that the server was not told', async () => {
    await world.appliance.configure(world.config)
    await world.rewriteConfig(withOidc({}))
    expect(faultsIn(await examine())).toEqual(['openid-provider-missing'])
  })
})
