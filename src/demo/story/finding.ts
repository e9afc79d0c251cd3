import { countEntries, importEntries } from '../../backends/list/list.ts'
import { readTable, type ListEntry } from '../../backends/list/rows.ts'
import { lookupHash } from '../../matrix/lookup-hash.ts'
import type { ThreePid } from '../../matrix/threepid.ts'
import { demoCountry, demoDomain } from '../people.ts'
import { samirasAddress, type Plot, type Step } from './plot.ts'

const BACKEND = 'list'

const bringPeople: Step = {
  id: 'people',
  title: 'The school brings its address list',
  async tell({ world, scene }) {
    scene.say(
      'The school office keeps its people in a table. Signpost reads it as it is and brings every address into ' +
        'one form: capitals, ß and phone numbers are written differently by everybody.',
    )
    const { entries, problems } = readTable(world.csv, { domain: demoDomain, country: demoCountry })
    await importEntries(world.appliance.storage, world.runtime, BACKEND, entries, 'replace')
    await world.appliance.index.catchUp()
    scene.rows(['as written'.padEnd(36) + 'as Signpost keeps it', ...samplesOf(world, entries)])
    scene.check('Every row of the table could be read.', problems.length === 0)
    const { people, addresses } = await countEntries(world.appliance.storage, BACKEND)
    scene.check(
      `${people} people with ${addresses} addresses are in the list.`,
      people === world.people.length && addresses === entries.length,
    )
  },
}

/** A few rows whose two forms differ. */
function samplesOf({ people }: Plot['world'], entries: readonly ListEntry[]): string[] {
  const rows = people.flatMap(({ name, email, phone }) => {
    const own = entries.filter(({ displayName }) => displayName === name)
    const kept = (medium: string) => own.find((each) => each.medium === medium)?.address ?? ''
    const number = phone === null ? [] : [[phone, kept('msisdn')] as const]
    return [[email, kept('email')] as const, ...number]
  })
  const wanted = [/^Mateo/, /groß/, /\+school/, /^07700/, /^\+1/]
  return wanted.flatMap((pattern) => {
    const row = rows.find(([written]) => pattern.test(written))
    return row === undefined ? [] : [row[0].padEnd(36) + row[1]]
  })
}

const signIn: Step = {
  id: 'sign-in',
  title: 'Anna signs in',
  async tell({ scene, anna }) {
    scene.say(
      'Anna Keller teaches class 5b. She signs in to the chat of the school, and her app shows Signpost a pass ' +
        'from the homeserver (an OpenID token). Signpost asks the homeserver whether the pass is genuine.',
    )
    await anna.enterHomeserver('sign-in')
    const known = await anna.introduce()
    scene.check(`Signpost knows her as ${known}.`, known === anna.userId)
  },
}

const findColleagues: Step = {
  id: 'find-colleagues',
  title: 'Anna looks for her colleagues',
  async tell({ world, scene, anna }) {
    const contacts = await contactsOf(world)
    scene.say(
      `Her phone holds ${contacts.length} addresses. Her app asks for all of them in one request and sends none of ` +
        'them: it sends a fingerprint of each (a hash), which does not show the address. Mixed into it is a random ' +
        'word that Signpost changes every week (the pepper), so that nobody can prepare fingerprints in advance.',
    )
    const pepper = await anna.pepper()
    const [example] = contacts
    if (example !== undefined) {
      const { address, medium } = example
      const written = `${address} ${medium} ${pepper.slice(0, 8)}…`
      scene.rows([written, `becomes  ${lookupHash(address, medium, pepper)}`])
    }
    const found = await anna.lookUp(contacts, pepper)
    const unknown = contacts.filter(({ address, medium }) => !found.has(lookupHash(address, medium, pepper)))
    scene.check(`${found.size} of ${contacts.length} were found.`, found.size === contacts.length - 1)
    scene.check(
      'The one that nobody knows is Samira Haddad, a mother. She is not on Matrix yet.',
      unknown.length === 1 && unknown[0]?.address === samirasAddress,
    )
  },
}

/** 24 e-mail addresses and five phone numbers of colleagues, and the address of a mother. */
async function contactsOf(world: Plot['world']): Promise<readonly ThreePid[]> {
  const { entries } = readTable(world.csv, { domain: demoDomain, country: demoCountry })
  const [self] = world.people
  const colleagues = entries.filter(({ displayName }) => displayName !== self?.name)
  const of = (medium: ThreePid['medium'], count: number) =>
    colleagues.filter((each) => each.medium === medium).slice(0, count)
  const mother = { medium: 'email', address: samirasAddress } as const
  return [...of('email', 24), ...of('msisdn', 5), mother].map(({ medium, address }) => ({ medium, address }))
}

export const findingSteps: readonly Step[] = [bringPeople, signIn, findColleagues]
