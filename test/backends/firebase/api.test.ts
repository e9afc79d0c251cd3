import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { createTestRuntime, type TestRuntime } from '../../support/test-runtime.ts'
import { asking, startBackend, type BackendInput } from '../support/context.ts'
import { readListing } from '../support/contract.ts'
import { outcomesOf, stepsOf } from '../support/steps.ts'
import { createSigningKey, startStandInFirebase, type StandInFirebase } from './stand-in-firebase.ts'

const anna = { medium: 'email', address: 'anna@school.example' } as const
const bob = { medium: 'msisdn', address: '491701234567' } as const

let firebase: StandInFirebase
let runtime: TestRuntime
let backends: Backend[] = []
beforeEach(async () => {
  runtime = createTestRuntime(Date.now())
  firebase = await startStandInFirebase(
    [
      { localId: 'anna', displayName: 'Anna', email: anna.address, emailVerified: true },
      { localId: 'bob', phoneNumber: `+${bob.address}` },
      { localId: 'eve', email: 'eve@school.example', emailVerified: false },
      { localId: 'mallory', email: 'mallory@school.example', emailVerified: true, disabled: true },
      { localId: 'a:evil.example', email: 'evil@school.example', emailVerified: true },
    ],
    [createSigningKey('first')],
    () => runtime.clock.now(),
  )
})
afterEach(async () => {
  for (const backend of backends) await backend.close()
  backends = []
  await firebase.close()
})

async function start(changes: Partial<Extract<BackendInput, { type: 'firebase' }>> = {}): Promise<Backend> {
  const backend = await startBackend(
    {
      id: 'firebase',
      type: 'firebase',
      credentials: firebase.credentials,
      apiUrl: firebase.url,
      certificatesUrl: `${firebase.url}/keys`,
      ...changes,
    },
    { runtime },
  )
  backends.push(backend)
  return backend
}
const email = (address: string) => ({ medium: 'email', address }) as const
const respondTo = (part: string, status: number, body: unknown = {}) => {
  firebase.respond = ({ url }) => (url.includes(part) ? { status, body } : null)
}

describe('a lookup', () => {
  it('finds confirmed addresses and numbers of those who may log in', async () => {
    const backend = await start()
    const all = [anna, bob, ...['eve', 'mallory', 'evil'].map((who) => email(`${who}@school.example`))]
    expect(await backend.findMappings?.(all, asking())).toEqual([
      { ...anna, mxid: '@anna:example.org' },
      { ...bob, mxid: '@bob:example.org' },
    ])
  })

  it('believes addresses that nobody confirmed when told so', async () => {
    const backend = await start({ unverifiedEmails: true })
    expect(await backend.findMappings?.([email('eve@school.example')], asking())).toHaveLength(1)
  })

  it('does not count users that were not asked for', async () => {
    const backend = await start()
    const users = [
      { localId: 'eve', email: 'eve@school.example', emailVerified: true },
      { localId: 'anna', email: 'ANNA@school.example', emailVerified: true },
    ]
    respondTo('lookup', 200, { users })
    expect(await backend.findMappings?.([anna], asking())).toEqual([{ ...anna, mxid: '@anna:example.org' }])
  })

  it('survives an address that the API dislikes', async () => {
    const backend = await start()
    firebase.respond = ({ url, body }) =>
      url.includes('lookup') && body.includes('odd') ? { status: 400, body: { error: {} } } : null
    const many = Array.from({ length: 30 }, (_, i) => email(`p${i}@school.example`))
    const found = await backend.findMappings?.([...many, email("odd'@school.example"), anna], asking())
    expect(found?.map(({ mxid }) => mxid)).toEqual(['@anna:example.org'])
  })

  it('asks for no password hashes, and for a hundred at most', async () => {
    const backend = await start()
    await backend.findMappings?.(
      Array.from({ length: 250 }, (_, i) => email(`p${i}@a.example`)),
      asking(),
    )
    const lookups = firebase.seen.filter(({ url }) => url.includes('lookup'))
    expect(lookups.map(({ body }) => (JSON.parse(body) as { email: unknown[] }).email.length)).toEqual([
      100, 100, 50,
    ])
    const fields = new URL(lookups[0]?.url ?? '', firebase.url).searchParams.get('fields')
    expect(fields).toContain('users(localId,')
    expect(fields).not.toContain('password')
  })
})

describe('a listing', () => {
  it('leaves out disabled users, and reports ids that are no localparts', async () => {
    const { listed, end } = await readListing(await start())
    expect(listed.map(({ key, person }) => [key, person?.mxid, person?.addresses.length])).toEqual([
      ['anna', '@anna:example.org', 1],
      ['bob', '@bob:example.org', 1],
      ['eve', '@eve:example.org', 0],
      ['a:evil.example', undefined, undefined],
    ])
    expect(end).toMatchObject({ incremental: false })
    expect(firebase.seen.filter(({ url }) => url.includes('batchGet'))).toHaveLength(3)
  })

  it('fails when its pages lead in a circle, or one cannot be had', async () => {
    const backend = await start()
    respondTo('batchGet', 200, { nextPageToken: 'again' })
    await expect(readListing(backend)).rejects.toMatchObject({ code: 'protocol' })
    respondTo('nextPageToken=2', 503)
    await expect(readListing(backend)).rejects.toMatchObject({ code: 'protocol' })
  })
})

describe('the login of the service account', () => {
  it('is kept until it expires', async () => {
    const backend = await start()
    for (let i = 0; i < 3; i++) await backend.profile?.('@anna:example.org', asking())
    expect(firebase.logins).toBe(1)
    runtime.clock.advance(3_540_000)
    await backend.profile?.('@anna:example.org', asking())
    expect(firebase.logins).toBe(2)
  })

  it('is repeated once when its token is refused', async () => {
    const backend = await start()
    await backend.profile?.('@anna:example.org', asking())
    firebase.revokeTokens()
    expect(await backend.profile?.('@anna:example.org', asking())).toMatchObject({ displayName: 'Anna' })
    expect(firebase.logins).toBe(2)
    respondTo('accounts:', 401)
    await expect(backend.profile?.('@anna:example.org', asking())).rejects.toMatchObject({
      code: 'credentials',
    })
    expect(firebase.logins).toBe(3)
  })

  it('that is refused says what to do', async () => {
    const backend = await start({
      credentials: credentialsWith({ private_key: pemOf(createSigningKey('x')) }),
    })
    expect(await stepsOf(backend)).toMatchObject([
      { step: 'settings', outcome: 'ok' },
      { step: 'login', outcome: 'failed', fix: expect.stringContaining('clock') },
    ])
  })

  it.each([
    [403, 'forbidden'],
    [404, 'configuration'],
    [429, 'protocol'],
    [500, 'protocol'],
  ])('that may not read users is a failure: %i, %s', async (status, code) => {
    respondTo('accounts:', status)
    await expect((await start()).findMappings?.([anna], asking())).rejects.toMatchObject({ code })
  })
})

describe('the key of the service account', () => {
  it.each([
    ['is no JSON', 'secret-text'],
    ['is of another form', '{"secret-text":1}'],
    ['has no RSA key', () => credentialsWith({ private_key: 'secret-text' })],
    ['names no project', () => credentialsWith({ project_id: null })],
  ])('that %s is a failure of the configuration, and is not quoted', async (_what, credentials) => {
    const backend = await start({
      credentials: typeof credentials === 'string' ? credentials : credentials(),
    })
    const steps = await stepsOf(backend)
    expect(outcomesOf(steps)).toEqual(['settings failed'])
    expect(JSON.stringify(steps)).not.toContain('secret-text')
    await expect(backend.findMappings?.([anna], asking())).rejects.toMatchObject({ code: 'configuration' })
  })

  it('may belong to another project than the users', async () => {
    const backend = await start({
      credentials: credentialsWith({ project_id: 'other' }),
      projectId: 'school-1',
    })
    expect(await backend.findMappings?.([anna], asking())).toHaveLength(1)
  })
})

function credentialsWith(changes: object): string {
  return JSON.stringify({ ...(JSON.parse(firebase.credentials) as object), ...changes })
}

function pemOf({ privateKey }: ReturnType<typeof createSigningKey>): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
