import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { readSyncState, updateSyncState } from '../../../src/backends/sync/state.ts'
import { insertInvitation } from '../../../src/invitations/new-invitation.ts'
import { openKeyRing } from '../../../src/keys/key-ring.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import type { Break } from './break.ts'
import type { BreakableWorld } from './doctor-world.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

interface Waiting {
  readonly state: 'queued' | 'failed'
  readonly createdAt: number
  readonly nextAttemptAt: number
}

const inOutbox =
  ({ state, createdAt, nextAttemptAt }: Waiting): Break['inject'] =>
  async ({ appliance }) => {
    const { db } = appliance.storage
    const row = {
      id: 'doctor-test',
      // No handler takes it, so that it stays as it is.
      kind: 'pigeon',
      lane: null,
      dedupe_key: 'doctor-test',
      payload: '{}',
      state,
      attempts: 7,
      next_attempt_at: nextAttemptAt,
      first_due_at: createdAt,
      leased_until: null,
      attempt_started_at: null,
      last_error: 'The mail server answered RCPT TO: 450 anna@school.test is busy',
      created_at: createdAt,
      expires_at: createdAt + 30 * DAY_MS,
      finished_at: state === 'failed' ? createdAt : null,
    }
    await db.insertInto('outbox').values(row).execute()
    return () => db.deleteFrom('outbox').where('id', '=', row.id).execute()
  }

export const storedFaults: readonly Break[] = [
  {
    name: 'mails wait for hours',
    inject: inOutbox({
      state: 'queued',
      createdAt: Date.now() - 5 * HOUR_MS,
      nextAttemptAt: Date.now() + HOUR_MS,
    }),
    finds: ['outbox-backlog (pigeon)'],
  },
  {
    name: 'nobody tries what is due',
    inject: inOutbox({
      state: 'queued',
      createdAt: Date.now() - HOUR_MS,
      nextAttemptAt: Date.now() - HOUR_MS,
    }),
    finds: ['outbox-standing (pigeon)'],
  },
  {
    name: 'a delivery was given up yesterday',
    inject: inOutbox({ state: 'failed', createdAt: Date.now() - DAY_MS, nextAttemptAt: Date.now() - DAY_MS }),
    finds: ['outbox-failed (pigeon)'],
  },
  {
    name: 'an invitation does not arrive at its homeserver',
    async inject(world) {
      const id = await invitation(world, 3 * HOUR_MS)
      const { db } = world.appliance.storage
      await db
        .updateTable('invitations')
        .set({
          state: 'resolved',
          resolved_mxid: '@anna:other.test',
          resolved_server: 'other.test',
          resolved_at: Date.now() - 2 * HOUR_MS,
          wait_reason: 'The homeserver answered 502.',
        })
        .where('id', '=', id)
        .execute()
      return () => db.deleteFrom('invitations').where('id', '=', id).execute()
    },
    finds: ['invitations-stuck'],
  },
  {
    name: 'the pepper is not changed any more',
    async inject({ appliance }) {
      const { db } = appliance.storage
      const { created_at } = await db.selectFrom('peppers').select('created_at').executeTakeFirstOrThrow()
      await db
        .updateTable('peppers')
        .set({ created_at: created_at - 20 * DAY_MS })
        .execute()
      return () => db.updateTable('peppers').set({ created_at }).execute()
    },
    finds: ['pepper-old'],
  },
  {
    name: 'the database was used with another signing key',
    async inject({ appliance }) {
      const { db } = appliance.storage
      const key = 'public key ed25519:0'
      const { value } = await db
        .selectFrom('meta')
        .select('value')
        .where('key', '=', key)
        .executeTakeFirstOrThrow()
      await db.updateTable('meta').set({ value: 'another' }).where('key', '=', key).execute()
      return () => db.updateTable('meta').set({ value }).where('key', '=', key).execute()
    },
    finds: ['signing-key-differs'],
  },
  {
    name: 'the copy of a directory fails to follow',
    async inject({ appliance, peopleFile }) {
      const { syncs } = appliance.directories
      await rename(peopleFile, `${peopleFile}.away`)
      await syncs.syncNow('people', { full: false, acceptRemovals: false })
      await rename(`${peopleFile}.away`, peopleFile)
      return () => syncs.syncNow('people', { full: false, acceptRemovals: false })
    },
    finds: ['mirror-failing (people)'],
  },
  {
    name: 'a directory was never copied',
    inject: inSyncState({ succeeded_at: null }),
    finds: ['mirror-missing (people)'],
  },
  {
    name: 'the copy of a directory is from last week',
    inject: inSyncState({ succeeded_at: Date.now() - 7 * DAY_MS }),
    finds: ['mirror-stale (people)'],
  },
  {
    name: 'a directory is gone',
    async inject({ peopleFile }) {
      await rename(peopleFile, `${peopleFile}.away`)
      return () => rename(`${peopleFile}.away`, peopleFile)
    },
    finds: ['backend-unreachable (people)'],
  },
]

function inSyncState(change: { readonly succeeded_at: number | null }): Break['inject'] {
  return async ({ appliance }) => {
    const { db } = appliance.storage
    const before = await readSyncState(db, 'people')
    await updateSyncState(db, 'people', change)
    return () => updateSyncState(db, 'people', { succeeded_at: before?.succeeded_at ?? null })
  }
}

/** Somebody of our homeserver invited an outside address some time ago. Returns its id. */
export async function invitation({ appliance, dataDir }: BreakableWorld, agoMs: number): Promise<string> {
  const runtime = createTestRuntime(Date.now() - agoMs)
  const keyRing = await openKeyRing(join(dataDir, 'signing-keys.json'), runtime)
  const { id } = await appliance.storage.transaction((tx) =>
    insertInvitation(tx, {
      runtime,
      keyRing,
      request: {
        medium: 'email',
        address: 'carol@other.test',
        typedAddress: 'carol@other.test',
        roomId: '!room:school.test',
        sender: '@bob:school.test',
        senderServer: 'school.test',
        properties: {},
      },
      verified: true,
      expireAfter: 30 * DAY_MS,
    }),
  )
  return id
}
