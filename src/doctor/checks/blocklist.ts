import { LONG_LIMIT_MS, type DoctorCheck, type Faults } from '../check.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'
import type { DoctorWorld } from '../world.ts'

const faults = {
  'homeserver-refuses-address': {
    status: 'problem',
    meaning:
      'Your homeserver will not connect to Signpost: its name leads to a private address, and Synapse refuses those. Invitations fail with an error that looks like one of DNS.',
    cause: 'Signpost stands in the same network as the homeserver, and DNS names its address there.',
    fix: "homeserver.yaml: ip_range_whitelist: ['ADDRESS'] - then restart Synapse.",
  },
} as const satisfies Faults

const found = reporterOf(faults)
const MONTH_MS = 30 * 86_400_000

export const blocklist: DoctorCheck = {
  code: 'homeserver-blocklist',
  area: 'homeserver',
  title: 'whether the homeserver may connect to Signpost',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run(world) {
    const { host } = await world.place.need()
    const addresses = await world.publicAddresses.need()
    const refused = addresses.filter((address) => world.homeserverBlocklist.contains(address))
    if (refused.length === 0) return [fine('homeserver-blocklist', `${host} leads to public addresses only.`)]
    const seen = await lastInvitation(world)
    if (seen !== null) {
      const day = new Date(seen).toISOString().slice(0, 10)
      return [
        fine(
          'homeserver-blocklist',
          `${host} leads to ${refused.join(', ')}, and the homeserver came all the same, last on ${day}.`,
        ),
      ]
    }
    return [
      found('homeserver-refuses-address', {
        detail: `${host} leads to ${addresses.join(', ')}. Synapse refuses ${refused.join(', ')}, and with it the whole name.`,
        fix: `homeserver.yaml: ip_range_whitelist: [${refused.map((address) => `'${address}'`).join(', ')}] - then restart Synapse. This goes away when the homeserver has brought an invitation.`,
      }),
    ]
  },
}

/** When a user of our homeserver last invited somebody by address: it is the homeserver that brings such an invitation. */
async function lastInvitation({ storage, config, runtime }: DoctorWorld): Promise<number | null> {
  const opened = await storage.need().catch((error: unknown) => {
    if (error instanceof NotPossible) return null
    throw error
  })
  if (opened === null) return null
  const { domain } = (await config.need()).matrix
  const row = await opened.db
    .selectFrom('invitations')
    .select((eb) => eb.fn.max('created_at').as('latest'))
    .where('sender', 'like', `%:${domain}`)
    .where('sender_verified_at', 'is not', null)
    .where('created_at', '>', runtime.clock.now() - MONTH_MS)
    .executeTakeFirst()
  const latest = Number(row?.latest ?? 0)
  return latest === 0 ? null : latest
}
