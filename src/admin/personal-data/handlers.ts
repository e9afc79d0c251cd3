import { maskAddress } from '../../activity/masking.ts'
import type { Config } from '../../config/schema.ts'
import type { KeyRing } from '../../keys/key-ring.ts'
import { parseUserId } from '../../matrix/identifiers.ts'
import type { ThreePid } from '../../matrix/threepid.ts'
import {
  erasePerson,
  exportPerson,
  previewErasure,
  type ErasureReport,
} from '../../migrate/personal-data/personal-data.ts'
import type { Clock } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import { readTypedAddress } from '../activity/typed-address.ts'
import { AdminError } from '../api/errors.ts'
import type { Handlers } from '../api/serve.ts'
import type { personalDataContract } from './contract.ts'

export interface PersonalDataAreaOptions {
  readonly storage: Storage
  readonly keyRing: KeyRing
  readonly config: () => Config
  readonly clock: Clock
}

export function createPersonalDataHandlers(
  options: PersonalDataAreaOptions,
): Handlers<typeof personalDataContract> {
  const { storage, keyRing, config, clock } = options
  const orderFor = (who: string | ThreePid) => ({
    ...{ storage, who, keyRing },
    ownSources: config()
      .backends.filter(({ type }) => type === 'list')
      .map(({ id }) => id),
  })

  return {
    async 'POST /api/person/look'({ body }) {
      return await previewErasure(orderFor(readWho(body.who)))
    },

    async 'POST /api/person/export'({ body }, { note }) {
      const who = readWho(body.who)
      const data = await exportPerson(orderFor(who))
      note({ target: masked(who) })
      const day = new Date(clock.now()).toISOString().slice(0, 10)
      return { fileName: `signpost-person-${day}.json`, text: `${JSON.stringify(data, null, 2)}\n` }
    },

    async 'POST /api/person/erase'({ body }, { note }) {
      const who = readWho(body.who)
      const report = await erasePerson(orderFor(who))
      note({ target: masked(who), after: erasedCounts(report) })
      return report
    },
  }
}

function readWho(text: string): string | ThreePid {
  if (text.startsWith('@') && parseUserId(text) !== null) return text
  const address = readTypedAddress(text)
  if (address !== null) return address
  throw new AdminError('invalid', {
    problems: [
      {
        path: 'who',
        message: 'This is no Matrix ID, no e-mail address and no phone number.',
        fix: 'Write @anna:example.org, anna@example.org or +49 171 1234567.',
      },
    ],
  })
}

/** For the list of changes, which outlives the person's data. */
function masked(who: string | ThreePid): string {
  if (typeof who !== 'string') return maskAddress(who.address)
  return `${who.slice(0, 2)}***${who.slice(who.indexOf(':'))}`
}

const erasedCounts = ({ holdings }: ErasureReport) =>
  Object.fromEntries(holdings.flatMap(({ name, erased }) => (erased === 0 ? [] : [[name, erased]])))
