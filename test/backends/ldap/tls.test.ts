import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { createAuthority, type Authority, type Certificate } from '../../support/certificate-authority.ts'
import { run } from '../../support/child-process.ts'
import { describeWith } from '../../support/skip.ts'
import { slapdUnavailable, type Slapd } from '../../support/slapd.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { asking, testWorld } from '../support/context.ts'
import { startLdap, startSchool, type LdapInput } from './support/school-directory.ts'

const annaMail = [{ medium: 'email' as const, address: 'anna@school.example' }]

describeWith('slapd', slapdUnavailable(), 'TLS with a directory', () => {
  let dir: string
  let authority: Authority
  const slapds: Slapd[] = []
  const backends: Backend[] = []
  beforeAll(async () => {
    dir = await createTempDir('tls')
    authority = await createAuthority(dir)
  })
  afterEach(async () => {
    await Promise.all(backends.splice(0).map((backend) => backend.close()))
    await Promise.all(slapds.splice(0).map((slapd) => slapd.stop()))
  })

  async function school(certificate?: Certificate): Promise<Slapd> {
    const slapd = await startSchool(certificate === undefined ? {} : { certificate })
    slapds.push(slapd)
    return slapd
  }

  async function ask(changes: Partial<LdapInput>): Promise<unknown> {
    const backend = await startLdap({ ldapUrl: 'ldap://unused.example' }, changes)
    backends.push(backend)
    return await backend.findMappings?.(annaMail, asking()).then(
      (found) => found.length,
      ({ code, message, fix }: { code: string; message: string; fix: string }) => ({ code, message, fix }),
    )
  }

  /** Both ways must come to the same. */
  async function expectBoth(slapd: Slapd, changes: Partial<LdapInput>, answer: unknown): Promise<void> {
    expect(await ask({ ...changes, servers: [slapd.ldapsUrl] })).toEqual(answer)
    expect(await ask({ ...changes, servers: [slapd.ldapUrl], startTls: true })).toEqual(answer)
  }

  const failure = (message: string, fix: string) => ({
    code: 'tls',
    message: expect.stringContaining(message),
    fix: expect.stringContaining(fix),
  })

  it('needs to know a private authority', async () => {
    const slapd = await school(await authority.issue(['127.0.0.1']))
    await expectBoth(slapd, {}, failure('an authority that is not known', 'caFile'))
    await expectBoth(slapd, { caFile: authority.caFile }, 1)
    await expectBoth(slapd, { verifyCertificate: false }, 1)
  })

  it('asks for the name of the URL, and says which names there are', async () => {
    const slapd = await school(await authority.issue(['dc1.school.example', '192.0.2.1']))
    const { caFile } = authority
    await expectBoth(
      slapd,
      { caFile },
      failure('but for: dc1.school.example, 192.0.2.1', 'Write one of these names'),
    )
  })

  it('takes the name of the URL for the right one, whatever address it leads to', async () => {
    const slapd = await school(await authority.issue(['dc1.school.example']))
    const port = new URL(slapd.ldapsUrl.replace('ldaps', 'https')).port
    const resolver = { ...testWorld().resolver, addresses: async () => ['127.0.0.1'] }
    const servers = [`ldaps://dc1.school.example:${port}`]
    const backend = await startLdap(slapd, { servers, caFile: authority.caFile }, { resolver })
    backends.push(backend)
    expect(await backend.findMappings?.(annaMail, asking())).toHaveLength(1)
  })

  it('names a certificate that has expired', async () => {
    const slapd = await school(await expired(dir))
    await expectBoth(slapd, { caFile: authority.caFile }, failure('has expired', 'Renew it'))
  })

  it('names a certificate that is signed by itself, and takes it when it is given as authority', async () => {
    const certificate = await selfSigned(dir)
    const slapd = await school(certificate)
    await expectBoth(slapd, {}, failure('signed by itself', 'caFile'))
    await expectBoth(slapd, { caFile: certificate.certFile }, 1)
  })

  it('is told from a port that has none', async () => {
    const slapd = await school()
    const plain = slapd.ldapUrl.replace('ldap:', 'ldaps:')
    expect(await ask({ servers: [plain] })).toMatchObject({ code: 'tls' })
    const encrypted = await school(await authority.issue(['127.0.0.1']))
    const wrong = encrypted.ldapsUrl.replace('ldaps:', 'ldap:')
    expect(await ask({ servers: [wrong] })).toMatchObject({
      code: expect.stringMatching(/^(protocol|connect)$/),
    })
  })

  it('is refused by a directory without a certificate', async () => {
    const slapd = await school()
    expect(await ask({ servers: [slapd.ldapUrl], startTls: true })).toEqual(
      failure('refused STARTTLS', 'ldaps://'),
    )
  })

  it('needs an authority file that is there', async () => {
    const slapd = await school(await authority.issue(['127.0.0.1']))
    const answer = await ask({ servers: [slapd.ldapsUrl], caFile: join(dir, 'gone.pem') })
    expect(answer).toMatchObject({ code: 'configuration' })
  })
})

const newKey = (keyFile: string) => [
  ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-keyout', keyFile],
]

async function selfSigned(dir: string): Promise<Certificate> {
  const [certFile, keyFile] = [join(dir, 'self.pem'), join(dir, 'self.key')]
  await run('openssl', [
    ...['req', '-x509', ...newKey(keyFile), '-days', '1', '-subj', '/CN=self', '-out', certFile],
    ...['-addext', 'subjectAltName=IP:127.0.0.1'],
  ])
  return { certFile, keyFile, cert: '', key: '' }
}

/** `req` makes no certificate that ends before it begins; `x509` does. */
async function expired(dir: string): Promise<Certificate> {
  const [certFile, keyFile, requestFile, extensions] = ['pem', 'key', 'csr', 'ext'].map((end) =>
    join(dir, `expired.${end}`),
  ) as [string, string, string, string]
  await writeFile(extensions, 'subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n')
  await run('openssl', ['req', ...newKey(keyFile), '-subj', '/CN=expired', '-out', requestFile])
  await run('openssl', [
    ...['x509', '-req', '-in', requestFile, '-CA', join(dir, 'ca.pem'), '-CAkey', join(dir, 'ca.key')],
    ...['-days', '-1', '-extfile', extensions, '-out', certFile],
  ])
  return { certFile, keyFile, cert: '', key: '' }
}
