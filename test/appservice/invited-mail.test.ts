import { afterAll, beforeAll, expect, test } from 'vitest'
import { admin, startBotWorld, type BotWorld } from './support/bot-world.ts'

const DAY_MS = 86_400_000

let world: BotWorld
let room: string
beforeAll(async () => {
  const appservice = { enabled: true, asToken: 'as-token', hsToken: 'hs-token', invited: { enabled: true } }
  world = await startBotWorld({ appservice, invitations: { blocked: { senders: ['@spam:else.example'] } } })
  room = world.homeserver.room([admin])
  const people = ['new', 'known', 'busy', 'twice', 'spammed', 'later', 'bymail']
  const entry = { source: 'list', medium: 'email', person: '', display_name: null }
  await world.signpost.storage.db
    .insertInto('directory_entries')
    .values(
      people.map((name) => ({ ...entry, address: `${name}@mail.example`, mxid: `@${name}:example.org` })),
    )
    .execute()
  world.homeserver.users.add('@known:example.org')
  // The homeserver speaks for the first time: from here on its events are news.
  await world.tell([])
  world.clock.advance(1_000)
})
afterAll(() => world.stop())

const mailsTo = (name: string) => world.mail.messages.filter(({ to }) => to.includes(`${name}@mail.example`))

async function invite(name: string, changes: object = {}, into = room): Promise<void> {
  await world.tell([world.homeserver.invitation(into, admin, `@${name}:example.org`, changes)])
  await world.settled()
}

test('mails a person of the directory who has never signed in, with the names of room and inviter', async () => {
  await invite('new', {
    unsigned: {
      invite_room_state: [
        { type: 'm.room.name', state_key: '', content: { name: 'Garden club' } },
        { type: 'm.room.member', state_key: admin, content: { displayname: 'Anna Arden' } },
      ],
    },
  })
  expect(mailsTo('new')).toHaveLength(1)
  const [mail] = mailsTo('new')
  expect(mail?.parsed.subject).toBe('Anna Arden invites you to the room “Garden club”')
  for (const part of [
    '@new:example.org',
    admin,
    `https://app.element.io/#/room/%21${encodeURIComponent(room.slice(1))}`,
  ]) {
    expect(mail?.parsed.text).toContain(part)
  }
})

test('leaves those alone whom the homeserver knows, and whom no directory knows', async () => {
  await invite('known')
  await invite('unknown')
  expect(world.mail.messages.filter(({ to }) => to.some((each) => /known/.test(each)))).toEqual([])
})

test('writes once for each person and room in a day, and a few times for each person', async () => {
  await invite('twice')
  await invite('twice')
  expect(mailsTo('twice')).toHaveLength(1)
  for (let count = 0; count < 14; count++) await invite('busy', {}, world.homeserver.room([admin]))
  expect(mailsTo('busy')).toHaveLength(10)
  world.clock.advance(DAY_MS)
  await invite('twice')
  expect(mailsTo('twice')).toHaveLength(2)
})

test('mails nobody about the history of the homeserver, nor about what is old', async () => {
  const now = world.clock.now()
  await invite('later', { origin_server_ts: Date.UTC(2020, 0, 1) })
  await invite('later', { origin_server_ts: now - DAY_MS - 1_000 })
  expect(mailsTo('later')).toEqual([])
  await invite('later', { origin_server_ts: now - 1_000 })
  expect(mailsTo('later')).toHaveLength(1)
})

test('mails nobody who has a mail already, and nobody for whom the operator wants none', async () => {
  const content = { membership: 'invite', third_party_invite: { display_name: 'b...' } }
  await invite('bymail', { content })
  expect(mailsTo('bymail')).toEqual([])
  await world.tell([world.homeserver.invitation(room, '@spam:else.example', '@spammed:example.org')])
  await world.settled()
  expect(mailsTo('spammed')).toEqual([])
})

test('waits for a homeserver that cannot say whether somebody has signed in', async () => {
  world.homeserver.refuse('/profile/', 503)
  await world.tell([world.homeserver.invitation(room, admin, '@spammed:example.org')])
  const open = () =>
    world.signpost.storage.db
      .selectFrom('outbox')
      .select(['state', 'last_error'])
      .where('kind', '=', 'appservice')
      .where('state', '<>', 'done')
      .where('last_error', 'is not', null)
      .executeTakeFirst()
  await expect.poll(open, { timeout: 10_000 }).toMatchObject({ state: 'queued' })
  expect(mailsTo('spammed')).toEqual([])
  world.homeserver.refuse('/profile/', null)
  await expect
    .poll(
      () => {
        world.clock.advance(30_000)
        world.signpost.outbox.wake()
        return mailsTo('spammed').length
      },
      { timeout: 10_000, interval: 200 },
    )
    .toBe(1)
})
