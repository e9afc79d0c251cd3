import {
  contains,
  holding,
  mentions,
  namesOf,
  orNobody,
  type Holding,
  type HoldingOptions,
} from './holding.ts'

/** Sessions, grants and codes of the OpenID provider; what it signs its users in by. */
export function signIns({ person }: HoldingOptions): Holding {
  return holding('sign_ins', 'sign-ins to other programs', {
    find: (db) =>
      db
        .selectFrom('oidc_states')
        .select(['model', 'expires_at', 'consumed_at'])
        .where(mentions(db, person))
        .execute(),
    erase: async (tx) => {
      await tx.deleteFrom('oidc_states').where(mentions(tx, person)).execute()
    },
  })
}

export function inviteLists({ person }: HoldingOptions): Holding {
  return holding('invite_lists', 'lists of people to invite in the name of the person', {
    find: (db) =>
      db
        .selectFrom('invite_lists')
        .select(['id', 'state', 'created_at', 'finished_at', 'room_id', 'room_name', 'sender'])
        .where('sender', 'in', orNobody(person.mxids))
        .execute(),
    erase: null,
    staysBecause: 'They show who was invited. Cancel a list that is still running.',
  })
}

export function adminChanges({ person }: HoldingOptions): Holding {
  const names = namesOf(person)
  const quoted = names.map((name) => JSON.stringify(name))
  return holding('admin_changes', 'changes by administrators that name the person', {
    async find(db) {
      const rows = await db
        .selectFrom('admin_changes')
        .select(['at', 'operation', 'target', 'before', 'after'])
        .where((eb) => eb.or([contains(db, ['target'], names), contains(db, ['before', 'after'], quoted)]))
        .execute()
      // A target ends with the name, and somebody else's may go on behind it.
      const isMeant = ({ target, before, after }: (typeof rows)[number]) =>
        names.some((name) => ` ${target}`.endsWith(` ${name}`)) ||
        quoted.some((name) => `${before} ${after}`.includes(name))
      // What it was before and after may be about others.
      return rows.filter(isMeant).map(({ at, operation, target }) => ({ at, operation, target }))
    },
    erase: null,
    staysBecause: 'They show what administrators have done, and go when they are older than activity.keep.',
  })
}

export const copiesStay =
  'They belong to the directory; they go with the sync after the person is gone from it.'

/** Whoever is in a mirrored directory, with or without an address; the words of the search go with them. */
export function directoryPeople({ person }: HoldingOptions): Holding {
  return holding('directory_people', 'people in copies of directories', {
    find: (db) =>
      db
        .selectFrom('directory_people')
        .select(['source', 'key', 'mxid', 'display_name'])
        .where('mxid', 'in', orNobody(person.mxids))
        .execute(),
    erase: null,
    staysBecause: copiesStay,
  })
}
