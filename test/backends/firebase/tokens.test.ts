import { createHmac } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { createTestRuntime, type TestRuntime } from '../../support/test-runtime.ts'
import { asking, startBackend } from '../support/context.ts'
import {
  createIdToken,
  createSigningKey,
  startStandInFirebase,
  type StandInFirebase,
} from './stand-in-firebase.ts'

const key = createSigningKey('first')
const otherKey = createSigningKey('second')
/** A Firebase id as they are: with capitals. */
const uid = 'KcJ8vQzT1bXn'

let firebase: StandInFirebase
let backend: Backend
let runtime: TestRuntime
beforeEach(async () => {
  runtime = createTestRuntime(Date.now())
  firebase = await startStandInFirebase(
    [{ localId: uid, displayName: 'Anna', email: 'anna@school.example', emailVerified: true }],
    [key],
    () => runtime.clock.now(),
  )
  backend = await startBackend(
    {
      id: 'firebase',
      type: 'firebase',
      credentials: firebase.credentials,
      apiUrl: firebase.url,
      certificatesUrl: `${firebase.url}/keys`,
    },
    { runtime },
  )
})
afterEach(async () => {
  await backend.close()
  await firebase.close()
})

const logIn = (password: string, localpart = uid) =>
  backend.authenticate?.(
    { userId: `@${localpart}:example.org`, localpart, domain: 'example.org', password },
    asking(),
  )
const wrong = { success: false, reason: 'wrong-password' }
const seconds = () => Math.floor(runtime.clock.now() / 1000)
const keyFetches = () => firebase.seen.filter(({ url }) => url === '/keys').length

describe('an ID token', () => {
  it('lets its user in, with name and address, and nobody else', async () => {
    const token = await createIdToken(key, uid)
    expect(await logIn(token)).toEqual({
      success: true,
      mxid: `@${uid}:example.org`,
      displayName: 'Anna',
      threepids: [{ medium: 'email', address: 'anna@school.example' }],
    })
    expect(await logIn(token, 'bob')).toEqual(wrong)
    expect(await logIn(token, uid.toLowerCase())).toEqual(wrong)
  })

  it.each([
    ['of another project', { aud: 'school-2' }],
    ['of another issuer', { iss: 'https://securetoken.google.com/school-2' }],
    ['that is a session cookie', { iss: 'https://session.firebase.google.com/school-1' }],
    ['without an issuer', { iss: undefined }],
    ['that expired', { exp: Math.floor(Date.now() / 1000) - 3600 }],
    ['that never expires', { exp: undefined }],
    ['from the future', { iat: Math.floor(Date.now() / 1000) + 3600 }],
    ['of a login in the future', { auth_time: Math.floor(Date.now() / 1000) + 3600 }],
    ['without the time of the login', { auth_time: undefined }],
    ['without a time', { iat: undefined }],
    ['without a user', { sub: undefined }],
    ['of nobody', { sub: '' }],
    ['of a number', { sub: 7 }],
    ['of many', { sub: 'a'.repeat(129) }],
  ])('%s lets nobody in', async (_what, claims) => {
    expect(await logIn(await createIdToken(key, uid, claims))).toEqual(wrong)
    expect(await logIn(await createIdToken(key, uid))).toMatchObject({ success: true })
  })

  it('signed by somebody else lets nobody in, under whatever key id', async () => {
    expect(await logIn(await createIdToken(otherKey, uid))).toEqual(wrong)
    expect(await logIn(await createIdToken({ ...otherKey, kid: key.kid }, uid))).toEqual(wrong)
  })

  it('without a signature lets nobody in', async () => {
    const [, payload] = (await createIdToken(key, uid)).split('.')
    const header = (alg: string) => Buffer.from(JSON.stringify({ alg, kid: key.kid })).toString('base64url')
    for (const alg of ['none', 'None', 'RS256'])
      expect(await logIn(`${header(alg)}.${payload}.`)).toEqual(wrong)
  })

  it('signed with the public key as a password (HS256) lets nobody in', async () => {
    const [, payload] = (await createIdToken(key, uid)).split('.')
    const header = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT', kid: key.kid })).toString(
      'base64url',
    )
    const publicKey = key.publicKey.export({ type: 'spki', format: 'pem' })
    const signature = createHmac('sha256', publicKey).update(`${header}.${payload}`).digest('base64url')
    expect(await logIn(`${header}.${payload}.${signature}`)).toEqual(wrong)
  })

  it('with a key of its own in the header lets nobody in', async () => {
    const jwk = otherKey.publicKey.export({ format: 'jwk' })
    const token = await new SignJWT({
      iss: 'https://securetoken.google.com/school-1',
      aud: 'school-1',
      sub: uid,
    })
      .setProtectedHeader({ alg: 'RS256', kid: key.kid, jwk })
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(otherKey.privateKey)
    expect(await logIn(token)).toEqual(wrong)
  })

  it.each([['x'], ['a.b.c'], ['....'], ['a'.repeat(100_000)], ['eyJhbGciOiJSUzI1NiJ9.e30.']])(
    'that is none (%#) lets nobody in, and nothing is fetched for it',
    async (password) => {
      expect(await logIn(password)).toEqual(wrong)
      expect(keyFetches()).toBe(0)
    },
  )

  it('is good with a clock that is half a minute off', async () => {
    const iat = seconds() + 30
    expect(await logIn(await createIdToken(key, uid, { iat, auth_time: iat }))).toMatchObject({
      success: true,
    })
  })
})

describe('the user of a token', () => {
  it('who is disabled is not let in', async () => {
    firebase.users = [{ localId: uid, disabled: true }]
    expect(await logIn(await createIdToken(key, uid))).toEqual({ success: false, reason: 'not-allowed' })
  })

  it('who was deleted is not known', async () => {
    firebase.users = []
    expect(await logIn(await createIdToken(key, uid))).toEqual({ success: false, reason: 'unknown-user' })
  })

  it('whose sessions were revoked has to log in again', async () => {
    const token = await createIdToken(key, uid)
    firebase.users = [{ localId: uid, validSince: String(seconds() + 1) }]
    expect(await logIn(token)).toEqual(wrong)
    firebase.users = [{ localId: uid, validSince: String(seconds() - 60) }]
    expect(await logIn(token)).toMatchObject({ success: true })
  })
})

describe('the public keys', () => {
  it('are fetched once for as long as they may be kept', async () => {
    for (let i = 0; i < 3; i++) await logIn(await createIdToken(key, uid))
    expect(keyFetches()).toBe(1)
    runtime.clock.advance(19_801_000)
    const now = seconds()
    const token = await createIdToken(key, uid, { iat: now, auth_time: now, exp: now + 3600 })
    expect(await logIn(token)).toMatchObject({ success: true })
    expect(keyFetches()).toBe(2)
  })

  it('are fetched again for a key that is new', async () => {
    await logIn(await createIdToken(key, uid))
    firebase.keys = [key, otherKey]
    runtime.clock.advance(61_000)
    expect(await logIn(await createIdToken(otherKey, uid))).toMatchObject({ success: true })
    expect(await logIn(await createIdToken(key, uid))).toMatchObject({ success: true })
    expect(keyFetches()).toBe(2)
  })

  it('that were withdrawn are good no longer', async () => {
    await logIn(await createIdToken(key, uid))
    firebase.keys = [otherKey]
    runtime.clock.advance(19_801_000)
    const now = seconds()
    expect(await logIn(await createIdToken(key, uid, { iat: now, auth_time: now, exp: now + 60 }))).toEqual(
      wrong,
    )
  })

  it('are not fetched for every key id that a stranger makes up', async () => {
    for (let i = 0; i < 20; i++) {
      expect(await logIn(await createIdToken({ ...otherKey, kid: `made-up-${i}` }, uid))).toEqual(wrong)
    }
    expect(keyFetches()).toBe(1)
  })

  it.each([
    [500, {}],
    [200, {}],
    [200, { keys: [] }],
    [200, { keys: [{ kid: 'x' }] }],
  ])('that cannot be had (%i, %j) are a failure, not a wrong password', async (status, body) => {
    firebase.respond = ({ url }) => (url === '/keys' ? { status, body } : null)
    await expect(logIn(await createIdToken(key, uid))).rejects.toMatchObject({ code: 'protocol' })
  })
})
