import { createServer } from 'node:net'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import type { CheckStep } from '../../../src/backends/check.ts'
import { json, type Handler } from '../../support/http-peer.ts'
import { asking, startBackend } from '../support/context.ts'
import { school, userId } from '../support/school.ts'
import { error, startJwtSite, type JwtSite } from './support/jwt-site.ts'
import type { WordpressInput } from './support/wordpress-database.ts'

const html =
  (status: number, text: string): Handler =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'text/html; charset=UTF-8' }).end(text)

describe('Logins through the JWT plugin, without the database', () => {
  let site: JwtSite
  let backend: Backend
  const opened: Backend[] = []

  beforeAll(async () => {
    site = await startJwtSite()
  })
  afterAll(() => site.close())
  beforeEach(async () => {
    site.heal()
    backend = await start()
  })
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
  })

  const start = async (changes: Partial<WordpressInput> = {}) => {
    const one = await startBackend({ id: 'blog', type: 'wordpress', url: site.url, ...changes })
    opened.push(one)
    return one
  }
  const logIn = async (localpart: string, password: string, asked = backend) => {
    const login = { userId: userId(localpart), localpart, domain: 'example.org', password }
    return asked.authenticate?.(login, asking())
  }
  const check = async (asked = backend) => {
    const steps: CheckStep[] = []
    for await (const step of asked.check(asking())) steps.push(step)
    return steps
  }

  test('offer passwords and nothing else', () => {
    const { findMappings, listPeople, search, profile } = backend
    expect([findMappings, listPeople, search, profile]).toEqual([undefined, undefined, undefined, undefined])
    expect(backend.authenticate).toBeDefined()
  })

  test("are not offered when passwords are somebody else's", async () => {
    expect((await start({ uses: { authentication: false } })).authenticate).toBeUndefined()
  })

  test('let everybody in with their own password, and tell name and address', async () => {
    for (const { localpart, name, canonical, password } of school) {
      const [medium, address] = canonical[0] ?? ['email', '']
      expect(await logIn(localpart, password)).toEqual({
        success: true,
        mxid: userId(localpart),
        displayName: name,
        threepids: [{ medium, address }],
      })
      expect(await logIn(localpart, 'wrong')).toEqual({ success: false, reason: 'wrong-password' })
    }
    expect(await logIn('nobody', 'wrong')).toEqual({ success: false, reason: 'unknown-user' })
  })

  test('know nobody of another domain, and do not ask', async () => {
    const before = site.seen.length
    const login = { userId: '@anna:elsewhere.example', localpart: 'anna', domain: 'elsewhere.example' }
    const answer = await backend.authenticate?.({ ...login, password: school[0]?.password ?? '' }, asking())
    expect(answer).toEqual({ success: false, reason: 'unknown-user' })
    expect(site.seen).toHaveLength(before)
  })

  test('take no e-mail address for a name, as WordPress would', async () => {
    const encoding = await start({ unsuitable: 'encode' })
    const password = school[0]?.password ?? ''
    const answer = await logIn('anna.meier=40school.example', password, encoding)
    expect(answer).toEqual({ success: false, reason: 'unknown-user' })
    expect(await logIn('anna', password, encoding)).toMatchObject({ success: true })
  })

  test('know a person by one Matrix ID alone, however else its name can be encoded', async () => {
    const encoding = await start({ unsuitable: 'encode' })
    const before = site.seen.length
    for (const localpart of ['=61nna', 'Anna', 'ann=61']) {
      const answer = await logIn(localpart, school[0]?.password ?? '', encoding)
      expect(answer, localpart).toEqual({ success: false, reason: 'unknown-user' })
    }
    expect(site.seen).toHaveLength(before)
  })

  test('are refused for good when another plugin says so', async () => {
    site.answer(json(403, error('[jwt_auth] account_locked', 403)))
    expect(await logIn('anna', 'x')).toEqual({ success: false, reason: 'not-allowed' })
  })

  const failures: readonly (readonly [what: string, answer: Handler, code: string, says: RegExp])[] = [
    [
      'the plugin is missing',
      json(404, error('rest_no_route', 404)),
      'configuration',
      /JWT Authentication for WP REST API/,
    ],
    ['permalinks are plain', html(404, '<h1>Not Found</h1>'), 'configuration', /permalinks/],
    [
      'the plugin has no secret',
      json(403, error('jwt_auth_bad_config', 403)),
      'configuration',
      /JWT_AUTH_SECRET_KEY/,
    ],
    ['a firewall stands before the site', html(403, '<h1>Forbidden</h1>'), 'forbidden', /security plugins/],
    ['the REST API is hidden', json(401, error('rest_not_logged_in', 401)), 'forbidden', /security plugins/],
    ['the site is broken', html(500, 'There has been a critical error'), 'protocol', /error log/],
    ['the site is under maintenance', html(503, 'Briefly unavailable'), 'protocol', /503|error log/],
    ['a page answers instead of the plugin', html(200, '<!doctype html>'), 'protocol', /JWT Authentication/],
    [
      'PHP warnings come before the answer',
      html(200, '<br /><b>Warning</b>: x{"token":""}'),
      'protocol',
      /JWT Authentication/,
    ],
    [
      'the answer is that of another plugin',
      json(200, { success: true, data: {} }),
      'protocol',
      /JWT Authentication/,
    ],
    [
      'the site sends us to another',
      (_request, response) => void response.writeHead(301, { location: 'https://www.example.org/x?y' }).end(),
      'configuration',
      /Write https:\/\/www\.example\.org into url/,
    ],
  ]

  test.each(failures)('fail when %s', async (_, answer, code, says) => {
    site.answer(answer)
    const failure: unknown = await logIn('anna', 'secret-of-anna').then(
      () => null,
      (thrown: unknown) => thrown,
    )
    expect(failure).toMatchObject({
      name: 'BackendFailure',
      code,
      fix: expect.stringMatching(says) as unknown,
    })
    expect(JSON.stringify(failure) + String(failure)).not.toContain('secret-of-anna')
    site.heal()
    expect(await logIn('anna', school[0]?.password ?? '')).toMatchObject({ success: true })
  })

  test('send no password after a redirect', async () => {
    const other = await startJwtSite()
    try {
      site.answer((_request, response) => void response.writeHead(307, { location: other.url }).end())
      await expect(logIn('anna', 'x')).rejects.toMatchObject({ code: 'configuration' })
      expect(other.seen).toEqual([])
    } finally {
      await other.close()
    }
  })

  test('end at the time limit when the site does not answer', async () => {
    site.answer(() => {})
    const hasty = await start({ timeout: '200ms' })
    await expect(logIn('anna', 'x', hasty)).rejects.toMatchObject({ code: 'timeout' })
  })

  test('end when the asker leaves', async () => {
    const arrived = Promise.withResolvers<void>()
    site.answer(() => arrived.resolve())
    const leaving = new AbortController()
    const login = { userId: userId('anna'), localpart: 'anna', domain: 'example.org', password: 'x' }
    const answer = backend.authenticate?.(login, { signal: leaving.signal, requester: null })
    const failure = answer?.catch((error: unknown) => error)
    await arrived.promise
    leaving.abort()
    expect(await failure).toMatchObject({ name: 'BackendFailure' })
  })

  test('end when the backend is closed, and are refused afterwards', async () => {
    const arrived = Promise.withResolvers<void>()
    site.answer(() => arrived.resolve())
    const failure = logIn('anna', 'x').catch((error: unknown) => error)
    await arrived.promise
    await backend.close()
    expect(await failure).toMatchObject({ code: 'closed' })
    await expect(logIn('anna', 'x')).rejects.toMatchObject({ code: 'closed' })
  })

  test('fail when nobody listens there', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    server.close()
    const lost = await start({ url: `http://127.0.0.1:${port}` })
    await expect(logIn('anna', 'x', lost)).rejects.toMatchObject({ code: 'connect' })
  })

  test('are checked by asking for the plugin', async () => {
    expect(await check()).toMatchObject([{ step: 'plugin', outcome: 'ok' }])
    const wrongPath = await start({ url: `${site.url}/en` })
    expect(await check(wrongPath)).toMatchObject([
      { step: 'plugin', outcome: 'failed', fix: expect.stringContaining('url') as unknown },
    ])
  })
})
