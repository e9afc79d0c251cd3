import { z } from 'zod'
import type { Actor } from '../actor.ts'
import type { DemoMail } from '../mailbox.ts'
import { deliveryThat } from './deliveries.ts'
import { samirasAddress, type Plot, type Step } from './plot.ts'

const roomName = 'Class 5b trip'

const inviteParent: Step = {
  id: 'invite-parent',
  title: 'Anna invites a mother who is not on Matrix yet',
  async tell(plot) {
    const { world, scene, anna, signal } = plot
    scene.say(
      `Anna opens the room “${roomName}” and invites Samira Haddad, the mother of a pupil, by her e-mail address. ` +
        'The homeserver finds nobody with that address, so it leaves the invitation with Signpost.',
    )
    const created = await anna.homeserver('POST', '/v3/createRoom', { name: roomName })
    plot.roomId = z.object({ room_id: z.string() }).parse(created.body).room_id
    const reply = await invite(plot, samirasAddress)
    scene.say('Signpost keeps the invitation and writes to Samira.')
    const mail = await world.mailbox.next(samirasAddress, signal)
    scene.mail(mail)
    const waiting = world.homeserver.state.rooms.get(plot.roomId)?.waiting ?? []
    scene.check(
      'The invitation is in Samira’s mailbox.',
      reply.status === 200 && mail.subject.includes(roomName),
    )
    scene.check(
      `The room shows her as ${waiting[0]?.display_name ?? ''} and does not give her address away.`,
      waiting.length === 1 && waiting[0]?.display_name.includes(samirasAddress) === false,
    )
  },
}

const signUp: Step = {
  id: 'sign-up',
  title: 'Samira signs up and proves her address',
  async tell(plot) {
    const { scene, samira } = plot
    scene.say(
      'Samira opens an account on the school’s homeserver. Then it goes as it did with Anna: a pass, a mail, a link.',
    )
    const mail = await signUpAndAskForMail(plot, samira, samirasAddress)
    scene.mailAgain(mail)
    await samira.open(mail.link ?? '')
    scene.check(`${samirasAddress} is proven to be hers.`, await samira.isProven())
  },
}

const arrive: Step = {
  id: 'invitation-arrives',
  title: 'The invitation arrives by itself',
  async tell(plot) {
    const { world, scene, samira, roomId } = plot
    scene.say(
      'As soon as Samira publishes the address, Signpost knows whom the invitation is for. It signs it and hands it ' +
        'to the homeserver (“onbind”). The homeserver checks the signature, and asks whether the key is still good.',
    )
    const reply = await samira.publishThroughHomeserver()
    await deliveryThat(plot, 'the invitation to be delivered', ({ state }) => state === 'done')
    const membership = world.homeserver.state.rooms.get(roomId)?.members.get(samira.userId)
    scene.check(
      'The homeserver believed it: Samira is invited.',
      reply.status === 200 && membership === 'invite',
    )
    scene.say('Samira accepts.')
    await samira.homeserver('POST', `/v3/rooms/${roomId}/join`, {})
    const joined = await membersOf(plot)
    scene.check(`In the room are now ${namesOf(joined)}.`, joined.includes(samira.userId))
  },
}

/** Invites an address to the room, as an app does it (Client-Server API, "Third-party invites"). */
export function invite({ anna, roomId }: Plot, address: string) {
  return anna.homeserver('POST', `/v3/rooms/${roomId}/invite`, {
    id_server: anna.idServer,
    id_access_token: anna.token(),
    medium: 'email',
    address,
  })
}

/** From no account at all to the mail whose link proves the address. */
export async function signUpAndAskForMail(plot: Plot, person: Actor, address: string): Promise<DemoMail> {
  await person.enterHomeserver('sign-up')
  await person.introduce()
  await person.startProof(address)
  return await plot.world.mailbox.next(address, plot.signal)
}

const joinedMembers = z.object({ joined: z.record(z.string(), z.looseObject({})) })

/** Matrix IDs, as Anna's app sees them. */
export async function membersOf({ anna, roomId }: Plot): Promise<readonly string[]> {
  const reply = await anna.homeserver('GET', `/v3/rooms/${roomId}/joined_members`)
  return Object.keys(joinedMembers.parse(reply.body).joined)
}

/** The first names behind Matrix IDs: `Anna, Samira and Tomasz`. */
export function namesOf(userIds: readonly string[]): string {
  const names = userIds.map((userId) => {
    const given = /^@([^.:]+)/.exec(userId)?.[1] ?? ''
    return given.slice(0, 1).toUpperCase() + given.slice(1)
  })
  return new Intl.ListFormat('en-GB').format(names)
}

export const invitingSteps: readonly Step[] = [inviteParent, signUp, arrive]
