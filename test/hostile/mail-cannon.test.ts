import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ConfigInput } from '../../src/config/schema.ts'
import { startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'
import type { ApiAnswer } from '../support/api-client.ts'
import { eventually } from '../support/poll.ts'
import type { ReceivedMail } from '../support/smtp-sink.ts'

/** What must never happen: that Signpost becomes a spam cannon, which fires at strangers what strangers wrote. */
let world: IdentityWorld
let token: string
let mallory: string
beforeAll(async () => {
  world = await startIdentityWorld()
  token = await world.login('@alice:example.org')
  mallory = await world.login('@mallory:other.example')
})
afterAll(() => world.stop())
afterEach(async () => {
  await mailsTo('')
  await world.configure()
  // Every limit is full again.
  world.clock.advance(3_600_000)
})

/** Each limit by itself, the others out of the way. */
const wide = { perMinute: 1_000_000, burst: 100_000 }
const limits = (only: NonNullable<ConfigInput['rateLimits']>): ConfigInput => ({
  rateLimits: {
    enabled: true,
    requestTokenPerIp: wide,
    requestTokenPerAccount: wide,
    requestTokenPerAddress: wide,
    storeInvitePerSender: wide,
    storeInvitePerHomeserver: wide,
    storeInvitePerAddress: wide,
    v1StoreInvitePerIp: wide,
    ...only,
  },
})
const three = { perMinute: 1, burst: 3 }

function askForMail(
  email: string,
  options: { as?: string; ip?: string; v1?: boolean } = {},
): Promise<ApiAnswer> {
  const json = { client_secret: `s${Math.random()}`, email, send_attempt: 1 }
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': options.ip ?? '198.51.100.1' }
  if (options.v1 === true) return world.api.post('/api/v1/validate/email/requestToken', { json, headers })
  return world.api.post('/v2/validate/email/requestToken', { token: options.as ?? token, json, headers })
}

function invite(
  address: string,
  more: Readonly<Record<string, unknown>> = {},
  v1 = false,
): Promise<ApiAnswer> {
  const json = {
    medium: 'email',
    address,
    room_id: '!room:example.org',
    sender: '@alice:example.org',
    ...more,
  }
  if (v1) return world.api.post('/api/v1/store-invite', { json })
  return world.api.post('/v2/store-invite', {
    token: json.sender.startsWith('@mallory') ? mallory : token,
    json,
  })
}

const times = <T>(count: number, ask: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => ask(index)))
const statuses = (answers: readonly ApiAnswer[]) => {
  const accepted = answers.filter(({ status }) => status === 200).length
  const limited = answers.filter(({ status }) => status === 429).length
  return { accepted, limited }
}

/** Mails that arrived, once nothing is on its way. */
async function mailsTo(part: string): Promise<readonly ReceivedMail[]> {
  await eventually(
    async () => {
      const { db } = world.appliance.storage
      const waiting = await db
        .selectFrom('outbox')
        .select('id')
        .where('state', 'in', ['queued', 'sending'])
        .execute()
      return waiting.length === 0
    },
    { what: 'an empty outbox' },
  )
  return world.mail.messages.filter(({ to }) => to.some((address) => address.includes(part)))
}

describe('validation mails', () => {
  it('to one address are limited, whoever asks from wherever with whatever secret', async () => {
    await world.configure(limits({ requestTokenPerAddress: three }))
    const answers = await times(60, (index) =>
      askForMail(['victim1@example.net', 'VICTIM1@EXAMPLE.NET', 'Victim1@Example.Net'][index % 3] ?? '', {
        as: index % 2 === 0 ? token : mallory,
        ip: `198.51.100.${index}`,
        v1: index % 5 === 0,
      }),
    )
    expect(statuses(answers)).toEqual({ accepted: 3, limited: 57 })
    expect(await mailsTo('victim1@')).toHaveLength(3)
  })

  it('of one account are limited', async () => {
    await world.configure(limits({ requestTokenPerAccount: three }))
    const answers = await times(20, (index) =>
      askForMail(`account${index}@example.net`, { ip: `198.51.100.${index}` }),
    )
    expect(statuses(answers)).toEqual({ accepted: 3, limited: 17 })
    expect(await mailsTo('account')).toHaveLength(3)
  })

  it('asked for from one IP address are limited, on v1 as well', async () => {
    await world.configure(limits({ requestTokenPerIp: three }))
    const answers = await times(20, (index) =>
      askForMail(`ip${index}@example.net`, { ip: '198.51.100.77', v1: index % 2 === 0 }),
    )
    expect(statuses(answers)).toEqual({ accepted: 3, limited: 17 })
  })

  it('go out once for a send_attempt, however often it is repeated', async () => {
    const json = { client_secret: 'repeated', email: 'repeated@example.net', send_attempt: 1 }
    const answers = await times(20, () => world.api.post('/v2/validate/email/requestToken', { token, json }))
    expect(statuses(answers).accepted).toBe(20)
    expect(await mailsTo('repeated@')).toHaveLength(1)
  })
})

describe('invitation mails', () => {
  it('to one address are limited, whoever sends them', async () => {
    await world.configure(limits({ storeInvitePerAddress: three }))
    const answers = await times(30, (index) =>
      invite(index % 2 === 0 ? 'victim2@example.net' : 'Victim2@Example.NET', {
        room_id: `!${index}:example.org`,
        sender: index % 2 === 0 ? '@alice:example.org' : '@mallory:other.example',
      }),
    )
    expect(statuses(answers)).toEqual({ accepted: 3, limited: 27 })
    expect(await mailsTo('victim2@')).toHaveLength(3)
  })

  it('of one sender are limited, on v1 as well', async () => {
    await world.configure(limits({ storeInvitePerSender: three }))
    const answers = await times(20, (index) => invite(`sender${index}@example.net`, {}, index % 2 === 0))
    expect(statuses(answers)).toEqual({ accepted: 3, limited: 17 })
    expect(await mailsTo('sender')).toHaveLength(3)
  })

  it('of one homeserver are limited, however many senders it makes up', async () => {
    await world.configure(limits({ storeInvitePerHomeserver: three }))
    const answers = await times(20, (index) =>
      invite(`server${index}@example.net`, { sender: `@u${index}:example.org` }, true),
    )
    expect(statuses(answers)).toEqual({ accepted: 3, limited: 17 })
  })

  it('are not sent at all for strangers without a token', async () => {
    const answers = await times(20, (index) =>
      invite(`stranger${index}@example.net`, { sender: `@u${index}:evil.example` }, true),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403))
    expect(await mailsTo('stranger')).toHaveLength(0)
  })

  it('go out once for an invitation that is repeated', async () => {
    const answers = await times(20, () => invite('again@example.net'))
    expect(statuses(answers).accepted).toBe(20)
    expect(await mailsTo('again@')).toHaveLength(1)
  })

  it('stop when too many invitations of an address wait', async () => {
    await world.configure({ invitations: { maxPendingPerAddress: 4 } })
    const answers: ApiAnswer[] = []
    for (let index = 0; index < 8; index++)
      answers.push(await invite('waiting@example.net', { room_id: `!${index}:example.org` }))
    expect(statuses(answers)).toEqual({ accepted: 4, limited: 4 })
  })

  it('do not grow with what a request carries', async () => {
    const crowd = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, index) => [`p${index}`, 'x'.repeat(20)]),
    )
    const json = { ...crowd, room_name: 'x'.repeat(100_000) }
    expect((await invite('crowd@example.net', json)).status).toBe(200)
    const { db } = world.appliance.storage
    const rows = await db
      .selectFrom('invitations')
      .select('properties')
      .where('address', '=', 'crowd@example.net')
      .execute()
    expect(rows.map(({ properties }) => properties.length < 10_000)).toEqual([true])
    const [mail] = await mailsTo('crowd@')
    expect(mail?.raw.length).toBeLessThan(50_000)
    expect(mail?.parsed.text).toContain('@alice:example.org')
  })
})

const attacks: readonly (readonly [what: string, text: string])[] = [
  ['a link', 'WIN at https://evil.example/prize now'],
  ['a host', 'visit evil.example/prize or www.evil.example'],
  ['a script link', 'javascript:alert(1)'],
  ['markup', '<a href="https://evil.example">x</a><img src=x>'],
  ['a header', 'Choir\r\nBcc: victim@example.net\r\nX-Evil: evil'],
  ['a header after a bare line feed', 'Choir\nBcc: victim@example.net'],
  [
    'an end of data and a second mail',
    'Choir\r\n.\r\nMAIL FROM:<a@evil.example>\r\nRCPT TO:<victim@example.net>\r\n',
  ],
  ['a bare end of data', 'Choir\n.\nMAIL FROM:<a@evil.example>\n'],
  ['a MIME part', '\r\n--x\r\nContent-Type: text/html\r\n\r\n<b>evil</b>'],
  ['an encoded word', '=?utf-8?B?DQpCY2M6IHZpY3RpbUBleGFtcGxlLm5ldA==?='],
  ['a long text', `${'Send money to account 12345. '.repeat(50)}`],
]
const fields = [
  'room_name',
  'sender_display_name',
  'room_alias',
  'room_type',
  'room_join_rules',
  'room_avatar_url',
  'sender_avatar_url',
  'guest_user_id',
  'guest_access_token',
  'org.matrix.web_client_location',
  'subject',
  'from',
  'to',
  'anything',
  'room_id',
] as const

describe.each(attacks)('%s in an invitation', (what, text) => {
  it('reaches nobody, whichever field it stands in', { timeout: 60_000 }, async () => {
    const place = attacks.findIndex(([name]) => name === what)
    for (const [index, field] of fields.entries()) {
      const address = `field-${place}-${index}@example.net`
      const { status } = await invite(address, { [field]: text })
      // A field with a form of its own may be refused; the rest is neutralised.
      if (status !== 200) expect({ field, status }).toEqual({ field, status: 400 })
    }
    const mails = await mailsTo(`field-${place}-`)
    expect(mails.length).toBeGreaterThan(10)
    for (const { to, parsed, raw } of mails) {
      expect(to).toHaveLength(1)
      expect(parsed.headers.map(({ key }) => key)).not.toEqual(expect.arrayContaining(['bcc']))
      expect(parsed.headers.filter(({ key }) => key === 'x-evil')).toEqual([])
      expect(parsed.attachments).toEqual([])
      const [head = ''] = raw.toString('latin1').split('\r\n\r\n')
      expect(head).not.toMatch(/^(?:Bcc|X-Evil|MAIL FROM|RCPT TO):/im)
      const shown = `${parsed.subject} ${parsed.text} ${parsed.html}`
      expect(shown).not.toMatch(/evil\.example|<b>evil|<img src=x|javascript:alert/)
      expect(shown).not.toMatch(/(?:Send money[^.]*\.\s*){2}/)
      const links = [...(parsed.html ?? '').matchAll(/(?:href|src)="([^"]*)"/g)].map(
        ([, link = '']) => new URL(link).host,
      )
      expect(new Set(links)).toEqual(new Set(['app.element.io']))
    }
    expect(await mailsTo('victim@example.net')).toEqual([])
  })
})
