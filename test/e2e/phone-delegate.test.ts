import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { describeWith } from '../support/skip.ts'
import { provideSynapse } from '../support/synapse-unpack.ts'
import type { SynapseUser } from '../support/synapse.ts'
import { startOrganisation, type Organisation } from './support/organisation.ts'

const { unavailable } = await provideSynapse()

describeWith('Synapse', unavailable, 'A Synapse that leaves phone numbers to Signpost', () => {
  const client_secret = 'phone.secret'
  let organisation: Organisation
  let alice: SynapseUser
  let sid: string

  beforeAll(async () => {
    organisation = await startOrganisation({
      config: { notifications: { sms: { transport: 'log' } } },
      synapse: (url) => ({ account_threepid_delegates: { msisdn: url } }),
    })
    alice = await organisation.synapse.register('alice', 'secret')
  })

  afterAll(() => organisation.stop())

  const ask = (method: string, path: string, body?: unknown) =>
    organisation.synapse.request(method, path, { token: alice.accessToken, body })

  async function addNumber() {
    const auth = {
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user: 'alice' },
      password: 'secret',
    }
    return await ask('POST', '/_matrix/client/v3/account/3pid/add', { auth, client_secret, sid })
  }

  test('has a code sent to the number', async () => {
    const path = '/_matrix/client/v3/account/3pid/msisdn/requestToken'
    const number = { country: 'DE', phone_number: '0151 23456789' }
    const asked = await ask('POST', path, { ...number, client_secret, send_attempt: 1 })

    expect(asked).toMatchObject({ status: 200, body: { success: true, msisdn: '4915123456789' } })
    sid = z.object({ sid: z.string() }).parse(asked.body).sid
    expect(await messages()).toEqual([expect.stringContaining('To: +4915123456789')])
  })

  test('takes no number whose code has not been entered', async () => {
    expect((await addNumber()).status).toBe(400)
  })

  test('takes the number once the code has been entered', async () => {
    const [message] = await messages()
    const token = /\b\d{6}\b/.exec(message ?? '')?.[0]
    const path = '/_matrix/client/unstable/add_threepid/msisdn/submit_token'

    expect(await ask('POST', path, { client_secret, sid, token: 'wrong' })).toMatchObject({ status: 400 })
    expect(await ask('POST', path, { client_secret, sid, token })).toEqual({
      status: 200,
      body: { success: true },
    })
    expect((await addNumber()).status).toBe(200)
    expect(await ask('GET', '/_matrix/client/v3/account/3pid')).toMatchObject({
      body: { threepids: [{ medium: 'msisdn', address: '4915123456789' }] },
    })
  })

  async function messages(): Promise<string[]> {
    const folder = join(organisation.dataDir, 'sms')
    const names = await readdir(folder)
    return await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  }
})
