import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, request } from 'node:https'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createAuthority, type Authority } from '../support/certificate-authority.ts'
import { describeWith } from '../support/skip.ts'
import { provideSynapse } from '../support/synapse-unpack.ts'
import { startSynapse, type Synapse, type SynapseUser } from '../support/synapse.ts'
import { createTempDir } from '../support/temp-dir.ts'

const { unavailable } = await provideSynapse()

describeWith('Synapse', unavailable, 'A real Synapse', () => {
  let trusted: Authority
  let synapse: Synapse

  beforeAll(async () => {
    trusted = await createAuthority(await createTempDir('trusted-ca'))
    synapse = await startSynapse({ identityServerUrl: 'https://127.0.0.1:9', trustCaFile: trusted.caFile })
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

  test('talks to an identity server on loopback only under a certificate of the authority it was given', async () => {
    const stranger = await createAuthority(await createTempDir('strange-ca'))
    const erin = await synapse.register('erin', 'secret')

    expect(await pathsAskedOnInvite(synapse, erin, trusted)).toContain('/_matrix/identity/v2/hash_details')
    expect(await pathsAskedOnInvite(synapse, erin, stranger)).toEqual([])
  })

  test('keeps its users across a restart', async () => {
    const dave = await synapse.register('dave', 'secret')

    await synapse.restart()

    expect((await synapse.login('dave', 'secret')).userId).toBe(dave.userId)
    await expect(synapse.login('dave', 'wrong')).rejects.toThrow('403')
  })
})

/** What an identity server with a certificate of `authority` is asked when somebody is invited by e-mail. */
async function pathsAskedOnInvite(
  synapse: Synapse,
  user: SynapseUser,
  authority: Authority,
): Promise<string[]> {
  const paths: string[] = []
  const server = createServer(await authority.issue(['127.0.0.1']), (incoming, answer) => {
    paths.push(new URL(incoming.url ?? '/', 'https://identity.test').pathname)
    answer.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the listener has no TCP port')

  const token = user.accessToken
  const room = await synapse.request('POST', '/_matrix/client/v3/createRoom', { token, body: {} })
  const { room_id: roomId } = z.object({ room_id: z.string() }).parse(room.body)
  await synapse.request('POST', `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/invite`, {
    token,
    body: {
      id_server: `127.0.0.1:${address.port}`,
      id_access_token: 'any',
      medium: 'email',
      address: 'guest@example.org',
    },
  })
  server.closeAllConnections()
  server.close()
  return paths
}

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
