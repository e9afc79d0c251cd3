import { Resolver } from 'node:dns/promises'
import { join } from 'node:path'
import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from './child-process.ts'
import { dnsmasqUnavailable, startDnsmasq, type Dnsmasq } from './dnsmasq.ts'
import { ownResolvConfUnavailable, withResolvConf } from './resolv-conf.ts'
import { describeWith } from './skip.ts'
import { createTempDir } from './temp-dir.ts'

describeWith('dnsmasq', dnsmasqUnavailable(), 'a DNS server of a test', () => {
  const service = '_matrix-identity._tcp.school.example'
  let dns: Dnsmasq
  const resolver = new Resolver({ timeout: 5_000, tries: 1 })
  beforeAll(async () => {
    dns = await startDnsmasq({
      records: [
        { name: 'id.school.example', type: 'A', address: '127.1.1.1' },
        { name: service, type: 'SRV', target: 'id.school.example', port: 8443, priority: 10, weight: 5 },
        { name: '_matrix-identity._tcp.no.example', type: 'SRV', target: '.', port: 0 },
      ],
      broken: ['broken.example'],
      silent: ['silent.example'],
    })
    resolver.setServers([dns.ip])
  })
  afterAll(() => dns.stop())

  test('answers with its records, and what it does not know does not exist', async () => {
    expect(await resolver.resolve4('id.school.example')).toEqual(['127.1.1.1'])
    expect(await resolver.resolveSrv(service)).toMatchObject([
      { name: 'id.school.example', port: 8443, priority: 10, weight: 5 },
    ])
    expect(await resolver.resolveSrv('_matrix-identity._tcp.no.example')).toMatchObject([{ name: '' }])
    await expect(resolver.resolve6('id.school.example')).rejects.toMatchObject({ code: 'ENODATA' })
    await expect(resolver.resolve4('www.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  })

  test('fails for broken domains, and is silent about others', async () => {
    await expect(resolver.resolveSrv('_any._tcp.broken.example')).rejects.toMatchObject({ code: 'ESERVFAIL' })
    const hasty = new Resolver({ timeout: 200, tries: 1 })
    hasty.setServers([dns.ip])
    await expect(hasty.resolveSrv('_any._tcp.silent.example')).rejects.toMatchObject({ code: 'ETIMEOUT' })
  })

  test('is asked by a program that got it as its own resolv.conf, and by that one alone', async () => {
    expect(ownResolvConfUnavailable()).toBeNull()
    const file = join(await createTempDir(), 'resolv.conf')
    await writeFile(file, `nameserver ${dns.ip}\n`)
    const [program, ...args] = withResolvConf(file, 'getent', ['hosts', 'id.school.example'])
    expect((await run(program, args)).stdout).toContain('127.1.1.1')
    expect(await readFile('/etc/resolv.conf', 'utf8')).not.toContain(dns.ip)
  })

  test('knows at once what it is told, and forgets the rest', async () => {
    await dns.serve({ records: [{ name: 'other.example', type: 'A', address: '127.1.1.2' }] })
    expect(await resolver.resolve4('other.example')).toEqual(['127.1.1.2'])
    await expect(resolver.resolve4('id.school.example')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  })
})
