import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { asking } from '../support/context.ts'
import { anna, email, login, startService, type Service } from './service.ts'

let service: Service
let backend: Backend
beforeAll(async () => {
  service = await startService()
  backend = await service.backend()
})
afterAll(() => service.close())

const localpart = (value: string) => ({ type: 'localpart', value })
const mxid = (value: string) => ({ type: 'mxid', value })
const find = (...addresses: Parameters<typeof email>[0][]) =>
  backend.findMappings?.(addresses.map(email), asking())

describe('the answer to one address', () => {
  it.each([
    ['echoes it', { ...anna, id: localpart('anna') }],
    [
      'echoes it in another spelling',
      { medium: 'email', address: 'Anna@SCHOOL.example', id: localpart('anna') },
    ],
    ['echoes nothing', { id: localpart('anna') }],
    ['has a localpart in capitals', { ...anna, id: localpart('Anna') }],
    ['has a whole Matrix ID', { ...anna, id: mxid('@anna:example.org') }],
    [
      'has a Matrix ID of a type that mxisd did not know either',
      { ...anna, id: { type: 'uid', value: '@anna:example.org' } },
    ],
  ])('counts when it %s', async (_how, lookup) => {
    service.answer({ lookup })
    expect(await find(anna.address)).toEqual([{ ...anna, mxid: '@anna:example.org' }])
  })

  it('may name a user of another domain by a whole Matrix ID', async () => {
    service.answer({ lookup: { ...anna, id: mxid('@anna:elsewhere.example') } })
    expect(await find(anna.address)).toEqual([{ ...anna, mxid: '@anna:elsewhere.example' }])
  })

  it.each([
    ['another address', { ...email('bob@school.example'), id: localpart('anna') }],
    ['another medium', { medium: 'msisdn', address: anna.address, id: localpart('anna') }],
    ['a localpart that would be another domain', { ...anna, id: localpart('anna:evil.example') }],
    ['a localpart that looks like a Matrix ID', { ...anna, id: localpart('@anna:evil.example') }],
    ['no Matrix ID', { ...anna, id: mxid('anna') }],
    ['an empty id', { ...anna, id: localpart('') }],
    ['no id', anna],
    ['nothing', {}],
    ['null', null],
  ])('does not count when it has %s', async (_what, lookup) => {
    service.answer({ lookup })
    expect(await find(anna.address)).toEqual([])
  })

  it('may be empty', async () => {
    service.say('', 200, 'application/json')
    expect(await find(anna.address)).toEqual([])
  })
})

describe('the answer to many addresses', () => {
  it('keeps what can be used, and only what was asked for', async () => {
    service.answer({
      lookup: [
        { ...anna, id: localpart('anna') },
        { ...email('bob@school.example'), id: localpart('bob:evil') },
        { ...email('carol@school.example'), id: 'carol' },
        { ...email('stranger@school.example'), id: localpart('stranger') },
        { medium: 'email', address: 'zoe@school.example' },
        'zoe',
        null,
      ],
    })
    expect(
      await find(anna.address, 'bob@school.example', 'carol@school.example', 'zoe@school.example'),
    ).toEqual([{ ...anna, mxid: '@anna:example.org' }])
  })

  it('names everybody who claims an address', async () => {
    service.answer({ lookup: ['anna', 'bob'].map((user) => ({ ...anna, id: localpart(user) })) })
    const found = await find(anna.address, 'bob@school.example')
    expect(found?.map((one) => one.mxid)).toEqual(['@anna:example.org', '@bob:example.org'])
  })
})

describe('the answer to a login', () => {
  it('brings name and addresses', async () => {
    const three_pids = [
      anna,
      { medium: 'msisdn', address: '491701234567' },
      email('no address'),
      { medium: 'fax' },
    ]
    service.answer({
      auth: { success: true, id: localpart('anna'), profile: { display_name: ' Anna\n', three_pids } },
    })
    expect(await backend.authenticate?.(login('anna'), asking())).toEqual({
      success: true,
      mxid: '@anna:example.org',
      displayName: 'Anna',
      threepids: [anna, { medium: 'msisdn', address: '491701234567' }],
    })
  })

  it('may leave out everything but the success', async () => {
    service.answer({ auth: { success: true } })
    expect(await backend.authenticate?.(login('anna'), asking())).toMatchObject({
      success: true,
      mxid: '@anna:example.org',
    })
  })

  it.each([
    ['a user of another domain', mxid('@anna:elsewhere.example')],
    ['a localpart with a colon', localpart('anna:elsewhere.example')],
    ['nonsense', mxid('anna')],
  ])('lets nobody in as %s', async (_whom, id) => {
    service.answer({ auth: { success: true, id } })
    await expect(backend.authenticate?.(login('anna'), asking())).rejects.toMatchObject({ code: 'protocol' })
  })

  it.each([[{}], [{ auth: {} }], [{ auth: { success: 'yes' } }], [{ success: true }], [[]], [null], [true]])(
    'lets nobody in with %j',
    async (answer) => {
      service.answer(answer)
      await expect(backend.authenticate?.(login('anna'), asking())).rejects.toMatchObject({
        code: 'protocol',
      })
    },
  )
})

describe('the answer to a search', () => {
  it('keeps users of our domain, each once, and pictures of Matrix alone', async () => {
    service.answer({
      limited: false,
      results: [
        { user_id: 'anna', display_name: 'Anna', avatar_url: 'mxc://example.org/anna' },
        { user_id: 'Anna', display_name: 'Anna again' },
        { user_id: '@bob:example.org', avatar_url: 'https://tracker.example/bob.png' },
        { user_id: '@carol:elsewhere.example' },
        { user_id: 'white space' },
        { display_name: 'nobody' },
      ],
    })
    expect(await backend.search?.({ by: 'name', term: 'a', limit: 10 }, asking())).toEqual({
      limited: false,
      results: [
        { mxid: '@anna:example.org', displayName: 'Anna', avatarUrl: 'mxc://example.org/anna' },
        { mxid: '@bob:example.org', displayName: null, avatarUrl: null },
      ],
    })
  })
})

describe('the answer about a profile', () => {
  it('is put together from the endpoints that know the user', async () => {
    service.peer.handle((request, response) => {
      const part = request.url.split('/').at(-1)
      if (part === 'threepids') return void response.writeHead(404).end()
      const profile = { display_name: 'Anna', roles: ['staff', 7], threepids: [anna] }
      response.end(JSON.stringify({ profile }))
    })
    expect(await backend.profile?.('@anna:example.org', asking())).toEqual({
      displayName: 'Anna',
      threepids: [],
      roles: ['staff'],
      photo: null,
    })
  })

  it('asks only the endpoints that are there', async () => {
    const names = await service.backend({ endpoints: { profile: { threepids: '', roles: '' } } })
    const before = service.peer.seen.length
    service.answer({ profile: { display_name: 'Anna', roles: ['staff'] } })
    expect(await names.profile?.('@anna:example.org', asking())).toMatchObject({
      displayName: 'Anna',
      roles: [],
    })
    expect(service.peer.seen.length).toBe(before + 1)
  })
})
