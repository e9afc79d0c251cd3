import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readActivity } from '../../../src/activity/log/query.ts'
import type { ActivityRow } from '../../../src/activity/log/row.ts'
import { startIdentityWorld, type IdentityWorld } from '../../support/identity-world.ts'

let world: IdentityWorld
beforeAll(async () => {
  world = await startIdentityWorld()
})
afterAll(() => world.stop())

async function refused(): Promise<readonly ActivityRow[]> {
  const { activity, storage } = world.appliance
  await activity.log.flush()
  return (await readActivity(storage.db, { filter: { outcome: ['refused'] }, limit: 500 })).rows
}

describe('a refused request', () => {
  it('is recorded with its code, its reason, who asked and whom it was about', async () => {
    const token = await world.login('@bob:other.example')
    const json = { medium: 'email', address: 'Anna@Example.org', sender: '@eve:example.org', room_id: '!r:x' }
    expect((await world.api.post('/v2/store-invite', { token, json })).status).toBe(403)
    expect((await refused())[0]).toMatchObject({
      ...{ kind: 'invitation', action: 'store-invite', code: 'M_FORBIDDEN', mxid: '@eve:example.org' },
      ...{ medium: 'email', address: 'a***@e***.org' },
      requester: { user: '@bob:other.example', server: 'other.example', ip: null },
      details: { status: 403 },
    })
  })

  it('of nobody in particular is recorded by its network address', async () => {
    expect((await world.api.get('/v2/hash_details')).status).toBe(401)
    expect((await refused())[0]).toMatchObject({
      ...{ kind: 'lookup', code: 'M_UNAUTHORIZED' },
      requester: { user: null, ip: '127.0.0.1' },
    })
  })

  it('is recorded too when a person sees a page, and never with the code or secret that was tried', async () => {
    const query = 'token=wrong-code&client_secret=hidden-secret&sid=unknown-sid'
    expect((await world.api.get(`/v2/validate/email/submitToken?${query}`)).status).toBe(400)
    const [row] = await refused()
    expect(row).toMatchObject({ kind: 'validation', action: 'submitToken', code: 'M_INVALID_PARAM' })
    expect(JSON.stringify(row)).not.toMatch(/wrong-code|hidden-secret/)
  })

  it('that nobody can read is recorded as well', async () => {
    const token = await world.login('@bob:example.org')
    expect((await world.api.post('/v2/lookup', { token, body: '{"broken' })).status).toBe(400)
    expect((await refused())[0]).toMatchObject({ kind: 'lookup', code: 'M_NOT_JSON', address: null })
  })

  it('that comes again and again has a few rows, and the next minute a few more', async () => {
    const before = (await refused()).length
    for (let i = 0; i < 100; i++) await world.api.post('/v2/3pid/bind')
    expect((await refused()).length - before).toBe(20)
    world.clock.advance(60_000)
    await world.api.post('/v2/3pid/bind')
    expect((await refused()).length - before).toBe(21)
  })

  it('of an unknown path is not recorded: anybody can make up any number of them', async () => {
    const before = (await refused()).length
    await world.api.get('/v2/no-such-thing')
    expect((await refused()).length).toBe(before)
  })
})
