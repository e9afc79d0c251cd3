import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDnsRecords } from '../../../src/net/dns-records.ts'
import { lookAtSenderDomain } from '../../../src/notify/email/sender-domain.ts'
import { dnsmasqUnavailable, startDnsmasq, type Dnsmasq } from '../../support/dnsmasq.ts'
import { describeWith } from '../../support/skip.ts'

const txt = (name: string, ...strings: readonly string[]) => ({ type: 'TXT' as const, name, strings })

describeWith('dnsmasq', dnsmasqUnavailable(), 'what DNS says of the domain of a sender', () => {
  let dns: Dnsmasq
  beforeAll(async () => {
    dns = await startDnsmasq({
      records: [
        txt('good.example', 'site-verification=1'),
        txt('good.example', 'v=spf1 include:_spf.mail', 'er.example -all'),
        txt('mail._domainkey.good.example', 'v=DKIM1; k=rsa; p=MIIB'),
        txt('_dmarc.good.example', 'v=DMARC1; p=quarantine'),
        { type: 'MX', name: 'good.example', target: 'mx.good.example', priority: 10 },
        txt('open.example', 'v=spf1 +all'),
        txt('gone._domainkey.open.example', 'v=DKIM1; p='),
        txt('_dmarc.open.example', 'v=DMARC1; p=none'),
        txt('twice.example', 'v=spf1 mx -all'),
        txt('twice.example', 'v=spf1 a ~all'),
        txt('weak.example', 'v=spf1 mx ?all'),
        txt('no-mail.example', 'v=spf1 -all'),
      ],
      broken: ['broken.example'],
    })
  })
  afterAll(() => dns.stop())

  async function codes(domain: string, selector: string | null = null): Promise<readonly string[]> {
    const records = createDnsRecords({ servers: [dns.ip], timeoutMs: 5_000 })
    return (await lookAtSenderDomain(records, domain, selector)).map(({ code }) => code)
  }

  it('is fine where SPF, DKIM, DMARC and a mail server are there', async () => {
    expect(await codes('good.example')).toEqual(['spf-found', 'dkim-found', 'dmarc-found', 'mx-found'])
    const records = createDnsRecords({ servers: [dns.ip], timeoutMs: 5_000 })
    expect(await lookAtSenderDomain(records, 'good.example', null)).toMatchObject([
      { record: 'v=spf1 include:_spf.mailer.example -all', status: 'ok' },
      { name: 'mail._domainkey.good.example' },
      { name: '_dmarc.good.example' },
      { record: 'mx.good.example' },
    ])
  })

  it('tells what is missing, and that an unknown DKIM selector means nothing yet', async () => {
    expect(await codes('nothing.example')).toEqual([
      'spf-missing',
      'dkim-unknown',
      'dmarc-missing',
      'mx-missing',
    ])
    expect(await codes('nothing.example', 'mine')).toContain('dkim-missing')
  })

  it('sees records that do harm', async () => {
    expect(await codes('open.example', 'gone')).toEqual([
      'spf-open',
      'dkim-revoked',
      'dmarc-watching',
      'mx-missing',
    ])
    expect((await codes('twice.example'))[0]).toBe('spf-several')
    expect((await codes('weak.example'))[0]).toBe('spf-weak')
    expect((await codes('no-mail.example'))[0]).toBe('spf-no-mail')
  })

  it('finds the policy of the domain above', async () => {
    expect((await codes('matrix.good.example'))[2]).toBe('dmarc-found')
  })

  it('keeps apart what DNS did not answer', async () => {
    expect(await codes('broken.example')).toEqual(Array(4).fill('dns-silent'))
  })
})
