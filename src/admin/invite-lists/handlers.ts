import type { Config } from '../../config/schema.ts'
import type { Sealer } from '../../config/sealing.ts'
import { createInviter } from '../../invitations/invite-lists/inviter.ts'
import {
  changeList,
  countRows,
  insertList,
  readLists,
  readRows,
} from '../../invitations/invite-lists/list.ts'
import { estimate, freshPaces } from '../../invitations/invite-lists/pace.ts'
import { previewList, type Becomes, type PreviewRow } from '../../invitations/invite-lists/preview.ts'
import { lookAtRoom } from '../../invitations/invite-lists/room.ts'
import { storedSources } from '../../backends/mirrored.ts'
import { currentMappings } from '../../lookup/mappings.ts'
import type { HttpClient } from '../../net/http-client.ts'
import type { Runtime } from '../../runtime.ts'
import type { InviteListState } from '../../storage/schema.ts'
import type { Storage } from '../../storage/storage.ts'
import { AdminError } from '../api/errors.ts'
import { toCursor } from '../api/page-cursor.ts'
import type { Handlers } from '../api/serve.ts'
import { MOST_ROWS, type inviteListsContract } from './contract.ts'
import { shownList, shownRow } from './shown.ts'

export interface InviteListsRouteOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly sealer: Sealer
  readonly http: () => Pick<HttpClient, 'request'>
  readonly inviteLists: { wake(): void }
}

export function createInviteListsHandlers(
  options: InviteListsRouteOptions,
): Handlers<typeof inviteListsContract> {
  const { storage, runtime, config, sealer, http, inviteLists } = options
  const { db } = storage
  const inviterFor = (accessToken: string) =>
    createInviter({ http: http(), matrix: config().matrix, accessToken })

  async function preview(csv: string): Promise<readonly PreviewRow[]> {
    const sources = storedSources(config().backends)
    return await previewList(
      {
        config: config(),
        find: (addresses) => currentMappings(db, addresses, sources, runtime.clock.now()),
        by: null,
      },
      csv,
    )
  }

  async function move(
    id: string,
    from: readonly InviteListState[],
    change: Parameters<typeof changeList>[3],
  ): Promise<void> {
    if (await changeList(db, id, from, change)) return
    const [list] = await readLists(db, { id })
    if (list === undefined) throw new AdminError('not-found')
    throw new AdminError('conflict', { message: `The list is ${list.state}.` })
  }

  return {
    async 'POST /api/invite-lists/preview'({ body: { csv } }) {
      const rows = await preview(csv)
      const now = runtime.clock.now()
      const waiting = { mail: count(rows, 'mail'), direct: count(rows, 'direct') }
      return {
        rows: rows.slice(0, MOST_ROWS),
        tooMany: rows.length > MOST_ROWS,
        estimate: estimate(freshPaces(now), waiting, now),
      }
    },

    async 'POST /api/invite-lists/room'({ body: { accessToken, room } }) {
      const looked = await lookAtRoom(inviterFor(accessToken), room)
      if (looked.result === 'done') return { result: 'done', said: null, room: looked.value }
      return { result: looked.result, said: 'said' in looked ? looked.said : null, room: null }
    },

    async 'POST /api/invite-lists'({ body: { csv, accessToken, room } }, { caller, note }) {
      const looked = await lookAtRoom(inviterFor(accessToken), room)
      if (looked.result !== 'done' || !looked.value.isMember) {
        throw new AdminError('not-possible', { message: 'This account cannot invite into this room.' })
      }
      const rows = (await preview(csv)).filter(({ becomes }) => becomes === 'mail' || becomes === 'direct')
      if (rows.length === 0 || rows.length > MOST_ROWS) {
        throw new AdminError('not-possible', { message: `A list has 1 to ${MOST_ROWS} people.` })
      }
      const { userId, roomId, name } = looked.value
      const list = {
        ...{ createdBy: caller.name, sender: userId, roomId, roomName: name, rows },
        accessToken: sealer.seal(accessToken),
      }
      const at = { now: runtime.clock.now(), random: runtime.random }
      const id = await storage.transaction((tx) => insertList(tx, list, at))
      note({ target: id, after: { people: rows.length, room: roomId, sender: userId } })
      inviteLists.wake()
      return { id }
    },

    async 'GET /api/invite-lists'() {
      const now = runtime.clock.now()
      const lists = []
      for (const list of await readLists(db)) lists.push(shownList(list, await countRows(db, list.id), now))
      return { lists }
    },

    async 'GET /api/invite-lists/{id}/rows'({ params: { id }, query: { state, cursor, limit } }) {
      const after = cursor?.[0] ?? -1
      const filter = { after, limit: limit + 1, ...(state === undefined ? {} : { state }) }
      const rows = await readRows(db, id, filter)
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      const next = rows.length > limit && last !== undefined ? toCursor([last.position]) : null
      return { rows: page.map(shownRow), next }
    },

    async 'POST /api/invite-lists/{id}/pause'({ params: { id } }, { note }) {
      await move(id, ['running'], { state: 'paused' })
      note({ target: id })
      return { state: 'paused' }
    },

    async 'POST /api/invite-lists/{id}/resume'({ params: { id }, body: { accessToken } }, { note }) {
      const [list] = await readLists(db, { id })
      if (list === undefined) throw new AdminError('not-found')
      if (accessToken === undefined && list.access_token === null) {
        throw new AdminError('not-possible', { message: 'The access token has ended; give another one.' })
      }
      if (accessToken !== undefined) await checkSameSender(inviterFor(accessToken), list.sender)
      const token = accessToken === undefined ? {} : { access_token: sealer.seal(accessToken) }
      const fresh = { problem: null, problem_detail: null, failures: 0 } as const
      await move(id, ['paused'], { state: 'running', ...token, ...fresh })
      note({ target: id })
      inviteLists.wake()
      return { state: 'running' }
    },

    async 'POST /api/invite-lists/{id}/cancel'({ params: { id } }, { note }) {
      const over = {
        access_token: null,
        finished_at: runtime.clock.now(),
        problem: null,
        problem_detail: null,
      }
      await move(id, ['running', 'paused'], { state: 'cancelled', ...over })
      note({ target: id })
      return { state: 'cancelled' }
    },
  }
}

const count = (rows: readonly PreviewRow[], what: Becomes) =>
  rows.filter(({ becomes }) => becomes === what).length

/** Invitations of one list come from one user: who was invited before is known by the sender. */
async function checkSameSender(inviter: ReturnType<typeof createInviter>, sender: string): Promise<void> {
  const who = await inviter.whoAmI()
  if (who.result === 'done' && who.value === sender) return
  throw new AdminError('not-possible', { message: `This is no access token of ${sender}.` })
}
