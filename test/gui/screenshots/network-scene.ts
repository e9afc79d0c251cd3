import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { startNetwork, type Member, type Network } from '../../e2e/support/network.ts'
import { joinOnceInvited, type Person } from '../../e2e/support/organisation.ts'
import { signInAsAdmin, type AdminClient } from '../../support/admin-client.ts'

/** Two organisations whose people look for each other, and the console of the first. */
export interface NetworkScene {
  readonly network: Network
  readonly office: Member
  readonly admin: AdminClient
  stop(): Promise<void>
}

/** Answers are soon forgotten, so that the other organisation is asked again and again. */
const office: ConfigInput = {
  federation: { outbound: { cache: { found: '1s', notFound: '1s', unreachable: '1s' } } },
  invitations: { whenAlreadyBound: 'deliver', resolveEvery: '30s' },
  backends: [{ id: 'staff', type: 'list' }],
}

export async function startScene(): Promise<NetworkScene> {
  const network = await startNetwork({ hs1: office, hs2: {} })
  return {
    network,
    office: network.hs1,
    admin: await signInAsAdmin(network.hs1.signpost),
    stop: () => network.stop(),
  }
}

const picture = z.object({ arrows: z.array(z.object({ to: z.string(), perMinute: z.number() })) })

/**
 * Lets people confirm addresses, invite and look for each other, for a little more than a minute: the map shows the last
 * whole one.
 */
export async function liveThere({ network: { hs1, hs2 }, admin }: NetworkScene): Promise<void> {
  const [alice, bob, dan] = await Promise.all([hs1.person('alice'), hs1.person('bob'), hs2.person('dan')])
  await hs2.validateAndBind(dan, 'dan@school.example')
  await hs1.validateAndBind(bob, 'bob@office.example')
  await hs1.validateAndBind(alice, 'alice@office.example')
  const room = await hs1.createRoom(alice, { name: 'The Tea Party' })
  await hs1.invite(alice, room, 'dan@school.example')
  await joinOnceInvited(hs2.synapse, dan, room)
  await hs1.invite(alice, room, 'mara@club.example')

  const isBusy = async () => {
    const { arrows } = picture.parse((await admin.get('/api/map')).body)
    return arrows.some(({ to, perMinute }) => to.startsWith('peer ') && perMinute >= 20)
  }
  for (let turn = 0; turn < 300 && !(await isBusy()); turn++) {
    await lookAround(hs1, turn % 2 === 0 ? alice : bob, turn)
    await sleep(400)
  }
  await hs1.signpost.activity.log.flush()
}

async function lookAround({ client }: Member, { identityToken }: Person, turn: number): Promise<void> {
  const wanted = ['dan@school.example', 'erin@school.example', 'bob@office.example', 'alice@office.example']
  await client.lookupPlain(identityToken, wanted[turn % wanted.length] ?? '', 'dan@school.example')
  await client.lookup(identityToken, 'bob@office.example')
}
