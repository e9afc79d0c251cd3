import { request } from 'node:https'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAuthority } from '../support/certificate-authority.ts'
import { describeWith } from '../support/skip.ts'
import { provideSynapse } from '../support/synapse-unpack.ts'
import { startSynapse, type Synapse } from '../support/synapse.ts'
import { createTempDir } from '../support/temp-dir.ts'

const { unavailable } = await provideSynapse()

describeWith('Synapse', unavailable, 'A real Synapse', () => {
  let synapse: Synapse

  beforeAll(async () => {
    const dir = await createTempDir('identity-ca')
    const { caFile } = await createAuthority(dir)
    synapse = await startSynapse({ identityServerUrl: 'https://127.0.0.1:9', trustCaFile: caFile })
  })

  afterAll(() => synapse.stop())

  test('vouches over TLS for the user behind an OpenID token, and for that user alone', async () => {
    const alice = await synapse.register('alice', 'wonderland')
    const bob = await synapse.register('bob', 'builder')

    const [aliceToken, bobToken] = [await synapse.openIdToken(alice), await synapse.openIdToken(bob)]

    expect(aliceToken.matrix_server_name).toBe(synapse.serverName)
    expect(await userInfo(synapse, aliceToken.access_token)).toEqual({
      status: 200,
      body: { sub: alice.userId },
    })
    expect(await userInfo(synapse, bobToken.access_token)).toEqual({ status: 200, body: { sub: bob.userId } })
  })

  test('knows no user behind an OpenID token that it did not issue', async () => {
    expect(await userInfo(synapse, 'made-up')).toMatchObject({
      status: 401,
      body: { errcode: 'M_UNKNOWN_TOKEN' },
    })
  })

  test('gives the administrator alone a say over other users', async () => {
    const carol = await synapse.register('carol', 'secret')
    const path = `/_synapse/admin/v2/users/${encodeURIComponent(carol.userId)}`

    expect((await synapse.request('GET', path, { token: carol.accessToken })).status).toBe(403)
    expect(await synapse.request('GET', path, { token: synapse.adminToken })).toMatchObject({
      status: 200,
      body: { name: carol.userId },
    })
  })

  test('keeps its users across a restart', async () => {
    const dave = await synapse.register('dave', 'secret')

    await synapse.restart()

    expect((await synapse.login('dave', 'secret')).userId).toBe(dave.userId)
    await expect(synapse.login('dave', 'wrong')).rejects.toThrow('403')
  })
})

/** The federation call an identity server makes, with Synapse's certificate verified. */
async function userInfo(synapse: Synapse, token: string): Promise<{ status: number; body: unknown }> {
  const url = new URL('/_matrix/federation/v1/openid/userinfo', synapse.federationUrl)
  url.searchParams.set('access_token', token)
  const ca = await readFile(synapse.caFile)
  return new Promise((resolve, reject) => {
    const call = request(url, { ca, agent: false, timeout: 10_000 }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const body: unknown = JSON.parse(Buffer.concat(chunks).toString())
        resolve({ status: response.statusCode ?? 0, body })
      })
    })
    call.on('error', reject)
    call.end()
  })
}
