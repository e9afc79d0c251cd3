import { z } from 'zod'
import type { Config } from '../../config/schema.ts'
import { lookupIn, type Directories } from '../../directories.ts'
import { readAnswer, type HomeserverApi } from '../../intercepts/homeserver.ts'
import { createIdList } from '../../intercepts/id-list.ts'
import { createPeople, type KnownProfile } from '../../intercepts/people.ts'
import { MatrixError } from '../../matrix/errors.ts'
import { enrichProfile } from '../../profile/enrich.ts'
import { registrationFacts } from '../../registration/facts.ts'
import { judgeRegistration } from '../../registration/policy.ts'
import { judgeInviter } from '../../room-invites/policy.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import type { HandlerAnswer } from '../api/route.ts'
import type { Handlers } from '../api/serve.ts'
import { needAddress, needUserId } from '../api/typed.ts'
import type { integrationsContract } from './contract.ts'

export interface TrialOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly directories: Pick<Directories, 'backends' | 'sources'>
  readonly homeserver: HomeserverApi
}

type Contract = typeof integrationsContract
type Profile = HandlerAnswer<Contract['POST /api/integrations/profile']>

const profileSchema = z.looseObject({ displayname: z.string().nullish() })

/** What would be decided about somebody, by the code that decides. Nothing is remembered from one question to the next. */
export function createTrialHandlers(
  options: TrialOptions,
): Pick<
  Handlers<Contract>,
  | 'POST /api/integrations/registration'
  | 'POST /api/integrations/room-invites'
  | 'POST /api/integrations/profile'
> {
  const { storage, runtime, config, directories } = options
  const { backends, sources } = directories
  const newPeople = () => createPeople(backends, runtime.clock)
  const lookup = lookupIn(backends, sources, storage, runtime)
  const facts = registrationFacts({ db: () => storage.db, clock: runtime.clock, lookup, sources, backends })

  return {
    async 'POST /api/integrations/registration'({ body }) {
      const address = needAddress(body.address)
      const verdict = await judgeRegistration(config().registration, address, facts)
      const { allowed, because } = verdict
      return { address, allowed, because, rule: 'rule' in verdict ? verdict.rule : null }
    },

    async 'POST /api/integrations/room-invites'({ body }) {
      const { matrix, roomInvites } = config()
      const userId = needUserId(body.userId, matrix.domain)
      const users = createIdList(roomInvites.users)
      const judged = await judgeInviter({ rules: () => roomInvites, users, people: newPeople() }, userId)
      return { userId, verdict: judged.verdict, role: judged.verdict === 'role' ? judged.role : null }
    },

    async 'POST /api/integrations/profile'({ body }) {
      const { matrix, profile } = config()
      const userId = needUserId(body.userId, matrix.domain)
      const [known, own] = await Promise.all([
        newPeople().profile(userId),
        ownProfile(options.homeserver, userId),
      ])
      const present = own.name === null ? {} : { displayname: own.name }
      const isAsked = profile.enabled && known.isKnown && own.state === 'known'
      const seen = isAsked ? enrichProfile(present, known, profile, true) : present
      return {
        userId,
        homeserver: own.state,
        ownName: own.name,
        directory: known.isKnown ? asShown(known) : null,
        isWhole: known.isWhole,
        shown: {
          displayName: textOrNull(seen['displayname']),
          threepids: 'threepids' in seen ? [...known.threepids] : [],
          roles: 'roles' in seen ? [...known.roles] : [],
        },
      }
    },
  }
}

const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null)

const asShown = ({ displayName, threepids, roles }: KnownProfile) => ({
  displayName,
  threepids: [...threepids],
  roles: [...roles],
})

/** As anybody may ask for it; homeservers that want a token for this say nothing here. */
async function ownProfile(
  homeserver: HomeserverApi,
  userId: string,
): Promise<{ readonly state: Profile['homeserver']; readonly name: string | null }> {
  try {
    const path = `/_matrix/client/v3/profile/${encodeURIComponent(userId)}`
    const answer = await homeserver.request({ method: 'GET', path, headers: {} })
    if (answer.status === 404) return { state: 'unknown', name: null }
    const profile = answer.status === 200 ? readAnswer(answer, profileSchema) : null
    return profile === null
      ? { state: 'silent', name: null }
      : { state: 'known', name: profile.displayname ?? null }
  } catch (error) {
    if (error instanceof MatrixError) return { state: 'silent', name: null }
    throw error
  }
}
