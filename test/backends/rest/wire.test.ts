import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asking } from '../support/context.ts'
import { anna, email, login, startService, type Service } from './service.ts'

let service: Service
beforeEach(async () => {
  service = await startService()
})
afterEach(() => service.close())

/** As a sync asks: on behalf of nobody. */
const ofNobody = () => ({ ...asking(), requester: null })

describe('what a service is asked', () => {
  it('is what ma1sd asked, byte for byte, where nobody is behind the question', async () => {
    const backend = await service.backend()
    service.answer({})
    await backend.findMappings?.([anna], ofNobody())
    await backend.findMappings?.([anna, { medium: 'msisdn', address: '491701234567' }], ofNobody())
    await backend.profile?.('@anna:example.org', ofNobody())
    service.answer({ auth: { success: false } })
    await backend.authenticate?.(login('anna'), ofNobody())

    const base = '/_ma1sd/backend/api/v1'
    const whoseProfile = { mxid: '@anna:example.org', localpart: 'anna', domain: 'example.org' }
    expect(service.asked()).toEqual([
      { path: `${base}/identity/single`, body: { lookup: anna } },
      {
        path: `${base}/identity/bulk`,
        body: { lookup: [anna, { medium: 'msisdn', address: '491701234567' }] },
      },
      ...['displayName', 'threepids', 'roles'].map((part) => ({
        path: `${base}/profile/${part}`,
        body: whoseProfile,
      })),
      {
        path: `${base}/auth/login`,
        body: { auth: { ...whoseProfile, password: 'secret' } },
      },
    ])
    expect(service.peer.seen.every(({ method }) => method === 'POST')).toBe(true)
  })

  it('has the paths of mxisd when told so', async () => {
    const backend = await service.backend({ contract: 'mxisd' })
    service.answer({ results: [] })
    await backend.search?.({ by: 'address', term: 'anna@', limit: 7 }, ofNobody())
    expect(service.asked()).toEqual([
      {
        path: '/_mxisd/backend/api/v1/directory/user/search',
        body: { by: 'threepid', search_term: 'anna@', limit: 7 },
      },
    ])
  })

  it('says on whose behalf, where somebody is', async () => {
    const backend = await service.backend()
    service.answer({})
    const requester = { kind: 'client', userId: '@bob:example.org' } as const
    await backend.findMappings?.([anna], { ...asking(), requester })
    await backend.findMappings?.([anna], { ...asking(), requester: { kind: 'peer', userId: null } })
    expect(service.asked().map(({ body }) => body)).toEqual([
      { lookup: anna, requester: { kind: 'client', user_id: '@bob:example.org' } },
      { lookup: anna, requester: { kind: 'peer' } },
    ])
  })

  it('carries the configured headers', async () => {
    const backend = await service.backend({ headers: { Authorization: 'Bearer hush', 'X-Tenant': 'school' } })
    service.answer({})
    await backend.findMappings?.([anna], asking())
    expect(service.peer.seen[0]?.headers).toMatchObject({
      authorization: 'Bearer hush',
      'x-tenant': 'school',
    })
  })

  it('goes where an endpoint of its own says: a path, or a whole URL', async () => {
    const other = await startService()
    other.answer({ auth: { success: false } })
    service.answer({})
    const backend = await service.backend({
      endpoints: { auth: `${other.url}/check?v=2`, identity: { single: '/one' } },
    })
    await backend.findMappings?.([anna], asking())
    await backend.authenticate?.(login('anna'), asking())
    expect(service.asked().map(({ path }) => path)).toEqual(['/one'])
    expect(other.asked().map(({ path }) => path)).toEqual(['/check?v=2'])
    await other.close()
  })

  it('is cut into batches', async () => {
    const backend = await service.backend()
    service.answer({})
    const addresses = Array.from({ length: 1001 }, (_, i) => email(`p${i}@school.example`))
    await backend.findMappings?.(addresses, asking())
    const sizes = service.asked().map(({ body }) => (body as { lookup: unknown[] }).lookup.length)
    expect(sizes).toEqual([500, 500, 1])
  })

  it('is nothing at all for a text that is no address, an empty password, and a user of elsewhere', async () => {
    const backend = await service.backend()
    expect(await backend.findMappings?.([email('*)(uid=*'), email('Anna@School.Example')], asking())).toEqual(
      [],
    )
    expect(await backend.authenticate?.(login('anna', ''), asking())).toEqual({
      success: false,
      reason: 'wrong-password',
    })
    const elsewhere = { ...login('anna'), userId: '@anna:elsewhere.example' }
    expect(await backend.authenticate?.(elsewhere, asking())).toMatchObject({ success: false })
    expect(await backend.profile?.('@anna:elsewhere.example', asking())).toBeNull()
    expect(service.peer.connections).toBe(0)
  })

  it('writes users as the directory does, where their Matrix IDs are encoded', async () => {
    const backend = await service.backend({ unsuitable: 'encode' })
    service.answer({ auth: { success: true, id: { type: 'localpart', value: 'müller' } } })
    const answer = await backend.authenticate?.(login('m=c3=bcller'), asking())
    expect(answer).toMatchObject({ success: true, mxid: '@m=c3=bcller:example.org' })
    expect(service.asked()[0]?.body).toMatchObject({ auth: { localpart: 'müller' } })
  })
})
