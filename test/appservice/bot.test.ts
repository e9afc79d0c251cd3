import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../support/poll.ts'
import { invitationRow } from '../storage/rows.ts'
import { admin, startBotWorld, type BotWorld } from './support/bot-world.ts'

let world: BotWorld
beforeAll(async () => {
  world = await startBotWorld({ activity: { requests: true, level: 'debug' } })
  const { db } = world.signpost.storage
  const entry = { source: 'list', medium: 'email', person: '', display_name: 'Carla' }
  await db
    .insertInto('directory_entries')
    .values({ ...entry, address: 'carla@example.org', mxid: '@carla:example.org' })
    .execute()
  const open = { created_at: world.clock.now(), expires_at: world.clock.now() + 86_400_000 }
  for (const [id, address] of [
    ['first', 'guest@elsewhere.example'],
    ['second', 'other@elsewhere.example'],
  ] as const) {
    const row = { ...invitationRow(id), ...open, address, sender: '@anna:example.org' }
    await db.insertInto('invitations').values(row).execute()
  }
})
afterAll(() => world.stop())

/** What the bot says in a room of several people. */
async function inCompany(text: string): Promise<string> {
  const room = world.roomWithBot([admin, '@anna:example.org'])
  await world.tell([world.homeserver.message(room, admin, text)])
  const answered = () => world.homeserver.notices.find(({ roomId }) => roomId === room)
  return (await eventually(answered, { what: `the answer to ${text}` })).text
}

/** Everything the bot says in a room when `events` are followed by a command that it answers. */
async function silenceAbout(room: string, events: readonly unknown[]): Promise<readonly string[]> {
  await world.tell(events)
  await world.settled()
  return world.homeserver.notices.filter(({ roomId }) => roomId === room).map(({ text }) => text)
}

describe('a command', () => {
  test('!help names all of them', async () => {
    const help = await world.answerTo('!help')
    for (const command of ['!help', '!ping', '!lookup', '!invite list', '!doctor', '!status']) {
      expect(help).toContain(command)
    }
  })

  test('!ping is answered, in capitals and with space around it, too', async () => {
    expect(await world.answerTo('!ping')).toBe('Pong!')
    expect(await world.answerTo('  !PING ')).toBe('Pong!')
  })

  test('!lookup tells whose address it is, and who says so', async () => {
    expect(await world.answerTo('!lookup Carla@Example.org')).toBe('@carla:example.org (list)')
    expect(await world.answerTo('!lookup nobody@example.org')).toBe('Nobody is known to have this address.')
    expect(await world.answerTo('!lookup +44 20 7946 0018')).toBe('Nobody is known to have this address.')
    expect(await world.answerTo('!lookup @@')).toContain('is not')
    expect(await world.answerTo('!lookup')).toContain('!lookup anna@example.org')
  })

  test('!invite list and show have addresses in full where nobody else reads them, masked elsewhere', async () => {
    expect(await world.answerTo('!invite list')).toContain('guest@elsewhere.example')
    expect(await world.answerTo('!invite show first')).toContain('to guest@elsewhere.example, from @anna')
    for (const text of [await inCompany('!invite list'), await inCompany('!invite show first')]) {
      expect(text).toContain('g***@e***.example')
      expect(text).not.toContain('guest@elsewhere.example')
    }
    expect(await world.answerTo('!invite show none')).toBe('There is no invitation with this ID.')
    expect(await world.answerTo('!invite')).toContain('Write !invite list')
    expect(await world.answerTo('!invite list first')).toContain('Write !invite list')
  })

  test('!invite resend writes to the invited person again, once', async () => {
    expect(await world.answerTo('!invite resend first')).toContain('is written to again')
    await world.mail.waitFor(({ to }) => to.includes('guest@elsewhere.example'))
    expect(await world.answerTo('!invite resend first')).toContain('too recent')
    expect(await world.answerTo('!invite resend none')).toBe('There is no invitation with this ID.')
  })

  test('!invite revoke takes an invitation back, under the name of who did it', async () => {
    expect(await world.answerTo('!invite revoke second')).toContain('It is revoked')
    expect(await world.answerTo('!invite revoke second')).toContain('It was revoked before')
    expect(await world.answerTo('!invite show second')).toContain(`revoked by ${admin}`)
    expect(await world.answerTo('!invite resend second')).toContain('It is revoked')
    expect(await world.answerTo('!invite revoke none')).toBe('There is no invitation with this ID.')
  })

  test('!doctor tells what is wrong and what to do', async () => {
    expect(await world.answerTo('!doctor')).toMatch(/^Problems: \d+, warnings: \d+\.\n(Problem|Warning)/)
  })

  test('!status counts what waits', async () => {
    expect(await world.answerTo('!status')).toMatch(
      /^Signpost \d.*\nInvitations: \d+ waiting.*\nMessages.*\nAll directories answer\.$/,
    )
  })

  test('that is none gets a hint, in a room with nobody else', async () => {
    expect(await world.answerTo('!lokup x')).toBe('Did you mean !lookup?')
    expect(await world.answerTo('!something-else')).toContain('I know:')
    const room = world.roomWithBot([admin, '@anna:example.org'])
    expect(await silenceAbout(room, [world.homeserver.message(room, admin, '!something')])).toEqual([])
  })
})

describe('the bot', () => {
  test('takes commands from nobody else, and says so only where nobody else reads it', async () => {
    expect(await world.answerTo('!invite list', '@anna:example.org')).toContain('may not give me commands')
    const room = world.roomWithBot([admin, '@anna:example.org'])
    const event = world.homeserver.message(room, '@anna:example.org', '!invite list')
    expect(await silenceAbout(room, [event])).toEqual([])
  })

  test('answers no notice, no edit, no old message, not itself, and nobody in rooms that it is not in', async () => {
    const { homeserver, clock } = world
    const room = world.roomWithBot([admin])
    const elsewhere = homeserver.room([admin])
    const old = { origin_server_ts: clock.now() - 3_600_000 }
    const withContent = (content: object) => homeserver.message(room, admin, '!ping', { content })
    const text = { msgtype: 'm.text', body: '!ping' }
    const events = [
      withContent({ ...text, msgtype: 'm.notice' }),
      withContent({ ...text, 'm.new_content': text }),
      homeserver.message(room, admin, '!ping', old),
      homeserver.message(room, '@signpost:example.org', '!ping'),
      homeserver.message(room, '@not-in-the-room:example.org', '!ping'),
      homeserver.message(room, admin, 'I said !ping'),
      homeserver.message(elsewhere, admin, '!ping'),
    ]
    expect(await silenceAbout(room, events)).toEqual([])
    expect(homeserver.notices.filter(({ roomId }) => roomId === elsewhere)).toEqual([])
  })

  test('says once in a room with nobody else that it reads no encrypted messages', async () => {
    const room = world.roomWithBot([admin])
    const encrypted = () => world.homeserver.message(room, admin, '', { type: 'm.room.encrypted' })
    expect(await silenceAbout(room, [encrypted(), encrypted()])).toEqual([
      'I cannot read encrypted messages. Invite me into a room without encryption.',
    ])
  })

  test('keeps addresses and words of rooms out of the log', () => {
    const log = world.signpost.logText()
    expect(log).toContain('/transactions/:txnId')
    for (const secret of ['guest@elsewhere.example', 'as-token', 'hs-token', '!invite revoke']) {
      expect(log).not.toContain(secret)
    }
  })

  test('answers nobody who asks too often', async () => {
    const rate = { perMinute: 1, burst: 2 }
    await world.configure({ rateLimits: { enabled: true, commandsPerUser: rate } })
    const room = world.roomWithBot([admin])
    const events = ['!ping', '!ping', '!ping', '!ping'].map((text) =>
      world.homeserver.message(room, admin, text),
    )
    expect(await silenceAbout(room, events)).toHaveLength(2)
    await world.configure({})
  })
})
