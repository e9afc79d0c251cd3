import { LRUCache } from 'lru-cache'
import type { AskedBackend } from '../backends/ask.ts'
import type { Profile } from '../backends/backend.ts'
import type { Clock } from '../runtime.ts'

/** What the backends know of users, asked one by one and remembered for some minutes. */
export interface People {
  /** `isWhole` is false when a backend that may know more could not be asked. */
  profile(mxid: string): Promise<KnownProfile>
}

export interface KnownProfile {
  readonly displayName: string | null
  readonly threepids: Profile['threepids']
  readonly roles: readonly string[]
  readonly isKnown: boolean
  readonly isWhole: boolean
}

const FRESH_MS = 5 * 60_000
const MAX_PEOPLE = 10_000

export function createPeople(backends: readonly AskedBackend[], clock: Clock): People {
  const asked = backends.filter((backend) => backend.isUsedFor('profile'))
  const known = new LRUCache<string, { readonly profile: Promise<KnownProfile>; readonly at: number }>({
    max: MAX_PEOPLE,
  })

  async function ask(mxid: string): Promise<KnownProfile> {
    const answers = await Promise.all(
      asked.map((backend) =>
        backend.ask('profile', null, async (directory, asking) => await directory.profile?.(mxid, asking)),
      ),
    )
    const profiles = answers.flatMap((answer) => (answer.outcome === 'answered' ? (answer.value ?? []) : []))
    return {
      displayName: profiles.find(({ displayName }) => displayName !== null)?.displayName ?? null,
      threepids: [
        ...new Map(
          profiles
            .flatMap(({ threepids }) => threepids)
            .map(({ medium, address }) => [`${medium} ${address}`, { medium, address }]),
        ).values(),
      ],
      roles: [...new Set(profiles.flatMap(({ roles }) => roles))],
      isKnown: profiles.length > 0,
      isWhole: answers.every(({ outcome }) => outcome === 'answered'),
    }
  }

  return {
    async profile(mxid) {
      const former = known.get(mxid)
      if (former !== undefined && clock.now() < former.at + FRESH_MS) return await former.profile
      const profile = ask(mxid)
      known.set(mxid, { profile, at: clock.now() })
      const answer = await profile
      if (!answer.isWhole) known.delete(mxid)
      return answer
    },
  }
}
