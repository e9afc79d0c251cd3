import type { BackendUse } from '../backends/backend.ts'
import type { Config } from '../config/schema.ts'

/** A feature between clients and the homeserver, and how it is tried. */
export interface Intercept {
  /** As the console calls it. */
  readonly name: 'sign-in' | 'search' | 'registration' | 'profile' | 'room-invites'
  readonly trial: {
    readonly method: 'GET' | 'POST'
    readonly path: string
    readonly body?: string
    /** Status and errcode of the answers with which all is well. */
    readonly expects: readonly (readonly [status: number, errcode: string | null])[]
  }
  /** What a backend has to be asked for, as the feature is set up; null: it does something without any. */
  readonly needs: BackendUse | null
}

const client = '/_matrix/client/v3'
const unknownToken = [401, 'M_UNKNOWN_TOKEN'] as const

/** Those that are switched on. No trial changes anything, whoever answers it. */
export function interceptsOf(config: Config): readonly Intercept[] {
  const { authentication, directory, registration, profile, roomInvites, matrix } = config
  const features: readonly (Intercept | false)[] = [
    authentication.enabled && {
      name: 'sign-in',
      trial: { method: 'GET', path: `${client}/login`, expects: [[200, null]] },
      needs: null,
    },
    directory.enabled && {
      name: 'search',
      trial: {
        ...{ method: 'POST', path: `${client}/user_directory/search` },
        ...{ body: '{"search_term":"signpost-doctor"}', expects: [unknownToken] },
      },
      needs: null,
    },
    registration.enabled && {
      name: 'registration',
      trial: {
        ...{ method: 'POST', path: `${client}/register/email/requestToken`, body: '{}' },
        expects: [[400, 'M_MISSING_PARAMS']],
      },
      needs: registration.members ? 'lookup' : null,
    },
    profile.enabled && {
      name: 'profile',
      trial: {
        ...{ method: 'GET', path: `${client}/profile/@signpost-doctor:${matrix.domain}` },
        // There is nobody of this name, for which Synapse has a code of its own; or the homeserver wants to know who asks.
        expects: [[404, 'M_NOT_FOUND'], [404, 'M_UNKNOWN'], [403, 'M_FORBIDDEN'], unknownToken],
      },
      needs: 'profile',
    },
    roomInvites.enabled && {
      name: 'room-invites',
      trial: {
        ...{ method: 'POST', path: `${client}/rooms/!signpost-doctor:${matrix.domain}/invite` },
        ...{ body: '{"medium":"email","address":"nobody@invalid"}', expects: [unknownToken] },
      },
      needs: roomInvites.users.length === 0 ? 'profile' : null,
    },
  ]
  return features.filter((feature) => feature !== false)
}
