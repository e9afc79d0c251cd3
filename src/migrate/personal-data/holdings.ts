import { sql, type Expression, type ExpressionBuilder, type Kysely, type SqlBool } from 'kysely'
import { noteMappingChanges } from '../../storage/mapping-changes.ts'
import type { Database } from '../../storage/schema.ts'
import { holding, mentions, orNobody, type Holding, type HoldingOptions } from './holding.ts'
import { adminChanges, copiesStay, directoryPeople, inviteLists, signIns } from './other-holdings.ts'
import type { Person } from './person.ts'

/** Everything that is kept of a person. A test fails until a new table has its place here, or holds nothing of people. */
export function holdingsOf(options: HoldingOptions): readonly Holding[] {
  const { person } = options
  const mxids = orNobody(person.mxids)
  return [
    holding('associations', 'addresses bound to a Matrix ID', {
      find: (db) => db.selectFrom('associations').selectAll().where(byAddress(person, 'mxid')).execute(),
      erase: async (tx) => {
        const removed = await tx
          .deleteFrom('associations')
          .where(byAddress(person, 'mxid'))
          .returning(['medium', 'address'])
          .execute()
        await noteMappingChanges(tx, removed)
      },
    }),
    holding('invitations', 'invitations to the person', {
      find: (db) =>
        db
          .selectFrom('invitations')
          .select(['id', 'medium', 'address', 'room_id', 'sender', 'properties', 'state', 'resolved_mxid'])
          .select(['created_at', 'expires_at', 'last_mailed_at', 'delivered_at'])
          .where(byAddress(person, 'resolved_mxid'))
          .execute(),
      // Their history goes with them.
      erase: async (tx) => {
        await tx.deleteFrom('invitations').where(byAddress(person, 'resolved_mxid')).execute()
      },
    }),
    ...sentInvitations(options),
    holding('invite_list_rows', 'places in lists of people to invite', {
      find: (db) =>
        db
          .selectFrom('invite_list_rows')
          .select(['list', 'medium', 'address', 'mxid', 'state', 'done_at'])
          .where(byAddress(person, 'mxid'))
          .execute(),
      erase: async (tx) => {
        await tx.deleteFrom('invite_list_rows').where(byAddress(person, 'mxid')).execute()
      },
    }),
    holding('appservice_mails', 'mails about invitations by Matrix ID', {
      find: (db) => db.selectFrom('appservice_mails').selectAll().where('mxid', 'in', mxids).execute(),
      erase: async (tx) => {
        await tx.deleteFrom('appservice_mails').where('mxid', 'in', mxids).execute()
      },
    }),
    holding('sign_up_links', 'links of invitation mails that the person signed up with', {
      find: (db) =>
        db
          .selectFrom('sign_up_links')
          .select(['invitation_id', 'mxid', 'created_at', 'used_at'])
          .where('mxid', 'in', mxids)
          .execute(),
      erase: async (tx) => {
        await tx.deleteFrom('sign_up_links').where('mxid', 'in', mxids).execute()
      },
    }),
    holding('sessions', 'proofs of an address under way', {
      find: (db) =>
        db
          .selectFrom('sessions')
          .select(['medium', 'address', 'created_at', 'validated_at'])
          .where(byAddress(person, null))
          .execute(),
      erase: async (tx) => {
        await tx.deleteFrom('sessions').where(byAddress(person, null)).execute()
      },
    }),
    holding('outbox', 'mails, messages and deliveries that name the person', {
      find: (db) =>
        db
          .selectFrom('outbox')
          .select(['id', 'kind', 'state', 'created_at', 'finished_at', 'last_error'])
          .where(mentions(db, person))
          .execute(),
      erase: async (tx) => {
        await tx.deleteFrom('outbox').where(mentions(tx, person)).execute()
      },
    }),
    holding('accepted_terms', 'terms that were accepted', {
      find: (db) => db.selectFrom('accepted_terms').selectAll().where('user_id', 'in', mxids).execute(),
      erase: async (tx) => {
        await tx.deleteFrom('accepted_terms').where('user_id', 'in', mxids).execute()
      },
    }),
    holding('tokens', 'access tokens', {
      find: (db) =>
        db.selectFrom('tokens').select(['user_id', 'created_at']).where('user_id', 'in', mxids).execute(),
      erase: async (tx) => {
        await tx.deleteFrom('tokens').where('user_id', 'in', mxids).execute()
      },
    }),
    holding('accounts', 'the account here', {
      find: (db) => db.selectFrom('accounts').selectAll().where('user_id', 'in', mxids).execute(),
      erase: async (tx) => {
        await tx.deleteFrom('accounts').where('user_id', 'in', mxids).execute()
      },
    }),
    signIns(options),
    inviteLists(options),
    ...activity(options),
    adminChanges(options),
    ...directories(options),
    directoryPeople(options),
    holding('mapping_changes', 'addresses in the sequence of changes', {
      find: (db) =>
        db
          .selectFrom('mapping_changes')
          .select(['medium', 'address'])
          .where(byAddress(person, null))
          .execute(),
      erase: null,
      staysBecause: 'Other Signposts on this database follow the sequence; newer changes take its place.',
    }),
  ]
}

/** Those that others still wait for keep their sender, without whom they cannot be delivered. */
function sentInvitations({ person }: HoldingOptions): readonly Holding[] {
  const mxids = orNobody(person.mxids)
  const waiting = ['pending', 'resolved'] as const
  const find = (isWaiting: boolean) => (db: Kysely<Database>) =>
    db
      .selectFrom('invitations')
      .select(['id', 'room_id', 'sender', 'state', 'created_at', 'expires_at'])
      .where('sender', 'in', mxids)
      .where('state', isWaiting ? 'in' : 'not in', waiting)
      .execute()
  return [
    holding('invitations_sent', 'invitations by the person that are over', {
      find: find(false),
      erase: async (tx) => {
        await tx
          .deleteFrom('invitations')
          .where('sender', 'in', mxids)
          .where('state', 'not in', waiting)
          .execute()
      },
    }),
    holding('invitations_waiting', 'invitations by the person that others have not taken up', {
      find: find(true),
      erase: null,
      staysBecause:
        'They belong to those who were invited as well; revoke them first: signpost invitations revoke',
    }),
  ]
}

function activity({ person, subjects }: HoldingOptions): readonly Holding[] {
  const mxids = orNobody(person.mxids)
  const named = (eb: ExpressionBuilder<Database, 'activity'>) =>
    eb.or([eb('subject', 'in', orNobody(subjects)), eb('mxid', 'in', mxids), eb('user_id', 'in', mxids)])
  return [
    holding('activity', 'lines of the activity log', {
      find: (db) =>
        db
          .selectFrom('activity')
          .select(['at', 'kind', 'action', 'outcome', 'address', 'mxid', 'user_id', 'ip'])
          .where(named)
          .execute(),
      erase: async (tx) => {
        await tx.deleteFrom('activity').where(named).execute()
      },
    }),
  ]
}

function directories({ person, ownSources }: HoldingOptions): readonly Holding[] {
  const own = orNobody(ownSources)
  const find = (isOwn: boolean) => (db: Kysely<Database>) =>
    db
      .selectFrom('directory_entries')
      .select(['source', 'medium', 'address', 'mxid', 'display_name'])
      .where(byAddress(person, 'mxid'))
      .where('source', isOwn ? 'in' : 'not in', own)
      .execute()
  return [
    holding('list_entries', "entries of Signpost's own lists", {
      find: find(true),
      erase: async (tx) => {
        const removed = await tx
          .deleteFrom('directory_entries')
          .where(byAddress(person, 'mxid'))
          .where('source', 'in', own)
          .returning(['medium', 'address'])
          .execute()
        await noteMappingChanges(tx, removed)
      },
    }),
    holding('directory_entries', 'copies of directories', {
      find: find(false),
      erase: null,
      staysBecause: copiesStay,
    }),
  ]
}

type WithAddress =
  'associations' | 'invitations' | 'invite_list_rows' | 'sessions' | 'directory_entries' | 'mapping_changes'

/** Rows of one of the addresses, or of one of the Matrix IDs in `column`. */
function byAddress<C extends string>({ mxids, addresses }: Person, column: C | null) {
  return (eb: ExpressionBuilder<Database, WithAddress>): Expression<SqlBool> =>
    eb.or([
      ...addresses.map(({ medium, address }) =>
        eb.and([eb(sql<string>`medium`, '=', medium), eb(sql<string>`address`, '=', address)]),
      ),
      ...(column === null ? [] : [eb(sql<string>`${sql.ref(column)}`, 'in', orNobody(mxids))]),
    ])
}
