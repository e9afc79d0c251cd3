import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { BackendFailure } from '../../../src/backends/failure.ts'
import { asking } from '../support/context.ts'
import { readListing } from '../support/contract.ts'
import { anna, email, login, startService, type Service } from './service.ts'

let service: Service
let backend: Backend
let withCredentials: Backend
beforeAll(async () => {
  service = await startService()
  const endpoints = { list: '/list' }
  backend = await service.backend({ endpoints })
  withCredentials = await service.backend({ endpoints, headers: { Authorization: 'Bearer hush' } })
})
afterAll(() => service.close())

const one = () => backend.findMappings?.([anna], asking())
const many = () => backend.findMappings?.([anna, email('bob@school.example')], asking())
const logIn = (asked = backend) => asked.authenticate?.(login('anna'), asking())

describe('statuses that were always a "no"', () => {
  it.each([[404], [400], [422]])('%i of an endpoint is one, about a user or an address', async (status) => {
    service.answer({ errcode: 'M_UNKNOWN' }, status)
    expect(await one()).toEqual([])
    expect(await logIn()).toEqual({ success: false, reason: 'wrong-password' })
    expect(await backend.profile?.('@anna:example.org', asking())).toBeNull()
  })

  it('404 without a word is one, also about many addresses', async () => {
    service.say('', 404)
    service.peer.handle((_request, response) => response.writeHead(404).end())
    expect(await one()).toEqual([])
    expect(await many()).toEqual([])
  })

  it.each([[401], [403]])('%i is a wrong password where Signpost has none of its own', async (status) => {
    service.answer({}, status)
    expect(await logIn()).toEqual({ success: false, reason: 'wrong-password' })
    const code = status === 401 ? 'credentials' : 'forbidden'
    await expect(logIn(withCredentials)).rejects.toMatchObject({ code })
    await expect(one()).rejects.toMatchObject({ code })
  })
})

describe('statuses that are failures', () => {
  it.each([
    [301, 'configuration'],
    [307, 'configuration'],
    [401, 'credentials'],
    [403, 'forbidden'],
    [405, 'configuration'],
    [429, 'protocol'],
    [500, 'protocol'],
    [502, 'protocol'],
    [503, 'protocol'],
  ])('%i is one: %s', async (status, code) => {
    service.answer({}, status, { location: 'https://elsewhere.example/' })
    await expect(many()).rejects.toMatchObject({ code })
    await expect(one()).rejects.toMatchObject({ code })
  })

  it('404 with a web page, or with the words of a web server, is a path that does not exist', async () => {
    for (const [page, type] of [
      ['<!doctype html><p>Not found', 'text/html; charset=utf-8'],
      ['404 page not found', 'text/plain'],
    ] as const) {
      service.say(page, 404, type)
      const failure = { code: 'configuration', fix: expect.stringContaining('endpoints.identity.single') }
      await expect(one()).rejects.toMatchObject(failure)
      await expect(logIn()).rejects.toMatchObject({ code: 'configuration' })
    }
  })

  it('400 is one about many addresses: it says nothing about any of them', async () => {
    service.answer({}, 400)
    await expect(many()).rejects.toMatchObject({ code: 'query' })
  })

  it('a redirect does not take a password along', async () => {
    const other = await startService()
    other.answer({ auth: { success: true } })
    service.answer({}, 308, { location: other.url })
    await expect(logIn()).rejects.toMatchObject({ code: 'configuration' })
    expect(other.peer.connections).toBe(0)
    await other.close()
  })

  it('404 of the listing removes nobody', async () => {
    service.answer({}, 404)
    await expect(readListing(backend)).rejects.toBeInstanceOf(BackendFailure)
  })
})

describe('an answer that cannot be understood', () => {
  it.each([
    ['a web page', '<!doctype html>', 'text/html'],
    ['half an object', '{"lookup":', 'application/json'],
    ['another form', '{"lookup":"anna"}', 'application/json'],
    ['a number', '7', 'application/json'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'application/json'],
  ])('is a failure, not a "no": %s', async (_what, text, type) => {
    service.say(text, 200, type)
    const failure = { code: 'protocol', fix: expect.stringMatching(/\.$/) }
    await expect(one()).rejects.toMatchObject(failure)
  })
})
