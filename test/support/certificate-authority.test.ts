import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { createAuthority } from './certificate-authority.ts'
import { createTempDir } from './temp-dir.ts'

describe('A test certificate authority', () => {
  test('issues certificates that carry every name and address asked for', async () => {
    const authority = await createAuthority(await createTempDir('ca'))
    const certificate = new X509Certificate((await authority.issue(['hs.test', '127.0.0.1', '::1'])).cert)

    expect(certificate.checkHost('hs.test')).toBe('hs.test')
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(certificate.checkIP('::1')).toBe('::1')
    expect(certificate.checkHost('other.test')).toBeUndefined()
  })

  test('is trusted by a TLS client that knows it, and by no other', async () => {
    const authority = await createAuthority(await createTempDir('ca'))
    const stranger = await createAuthority(await createTempDir('ca'))
    const server = createServer(await authority.issue(['127.0.0.1']), (socket) => socket.end())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const open = (ca: string) => once(connect({ host: '127.0.0.1', port: port ?? 0, ca }), 'secureConnect')

    await open(authority.caPem)
    await expect(open(stranger.caPem)).rejects.toMatchObject({
      code: expect.stringMatching(/CERT|SIGNATURE/),
    })
    server.close()
  })
})
