import type { Accounts } from '../../accounts/accounts.ts'
import { documentUrls } from '../../accounts/terms.ts'
import type { Config } from '../../config/schema.ts'
import { UnsealError, type Sealer } from '../../config/sealing.ts'
import { MatrixError } from '../../matrix/errors.ts'
import type { HttpClient } from '../../net/http-client.ts'
import type { Runtime } from '../../runtime.ts'
import { acquireLease, releaseLease } from '../../storage/leases.ts'
import type { Storage } from '../../storage/storage.ts'
import { afterAttempt } from './after-attempt.ts'
import { inviteRow, type InviteRowOptions } from './invite-row.ts'
import { createInviter, type Called, type Inviter } from './inviter.ts'
import { changeList, changeRow, nextRow, readLists, type InviteList } from './list.ts'
import { lanes, type Lane } from './pace.ts'

export interface InviteListsOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly sealer: Sealer
  readonly accounts: Pick<Accounts, 'register' | 'accept'>
  readonly http: () => Pick<HttpClient, 'request'>
  readonly ownerOf: InviteRowOptions['ownerOf']
  /** Base URL of the public listener. */
  readonly publicUrl: () => string
  readonly processId: string
}

export interface InviteListWorker {
  start(): void
  /** There is something to do. */
  wake(): void
  /** Ends the call under way, and waits for it. */
  stop(): Promise<void>
}

/** How often lists are looked at while nothing says when. Another process may have made one. */
const LOOK_MS = 10_000
/** Longer than the calls for one person can take. It is given back after each. */
const LEASE_MS = 5 * 60_000

/** Works on the lists that run, one call at a time each, as fast as the homeserver lets it; goes on after a restart. */
export function createInviteLists(options: InviteListsOptions): InviteListWorker {
  const { storage, runtime } = options
  /** Tokens of accounts here, by list. They are made anew after a restart. */
  const idTokens = new Map<string, string>()
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()
  let isStopped = false
  let isWoken = false

  async function workOn({ id }: InviteList): Promise<number> {
    const lease = `invite-list ${id}`
    if (!(await acquireLease(storage, runtime, lease, options.processId, LEASE_MS))) {
      return runtime.clock.now() + LOOK_MS
    }
    try {
      let nextAt = Number.POSITIVE_INFINITY
      for (const lane of lanes) nextAt = Math.min(nextAt, await workOnLane(id, lane))
      if (nextAt === Number.POSITIVE_INFINITY) await finish(id)
      return nextAt
    } finally {
      await releaseLease(storage, lease, options.processId)
    }
  }

  /** When the lane wants to be looked at again; never for one that is empty. */
  async function workOnLane(id: string, lane: Lane): Promise<number> {
    const [list] = await readLists(storage.db, { id, state: 'running' })
    if (list === undefined) return runtime.clock.now() + LOOK_MS
    const row = await nextRow(storage.db, id, lane)
    if (row === null) return Number.POSITIVE_INFINITY
    const { nextAt } = list.pace[lane]
    if (nextAt > runtime.clock.now()) return nextAt
    const inviter = inviterOf(list)
    const outcome =
      inviter === null
        ? ({ result: 'signed-out' } as const)
        : await inviteRow(
            {
              ...{ storage, inviter, config: options.config(), clock: runtime.clock },
              idServer: new URL(options.publicUrl()).host,
              idToken: () => idTokenOf(list, inviter),
              ownerOf: options.ownerOf,
            },
            list,
            row,
          )
    const now = runtime.clock.now()
    const changes = afterAttempt(outcome, { list, row, lane, now })
    await storage.transaction(async (tx) => {
      if (changes.row !== null) await changeRow(tx, row, changes.row)
      if (Object.keys(changes.list).length === 0) return
      // Somebody may have paused it meanwhile: what was learnt of the pace counts all the same.
      const { state, ...rest } = changes.list
      await changeList(tx, id, ['running', 'paused'], rest)
      if (state !== undefined) await changeList(tx, id, ['running'], { state })
    })
    return changes.list.pace?.[lane].nextAt ?? now
  }

  async function finish(id: string): Promise<void> {
    idTokens.delete(id)
    const change = { state: 'done', finished_at: runtime.clock.now(), access_token: null } as const
    await changeList(storage.db, id, ['running'], { ...change, problem: null, problem_detail: null })
  }

  function inviterOf({ access_token }: InviteList): Inviter | null {
    if (access_token === null) return null
    try {
      const accessToken = options.sealer.unseal(access_token)
      return createInviter({ http: options.http(), matrix: options.config().matrix, accessToken })
    } catch (error) {
      if (error instanceof UnsealError) return null
      throw error
    }
  }

  /** The operator's own account accepts the operator's own terms: without that the homeserver hears a refusal. */
  async function idTokenOf({ id, sender }: InviteList, inviter: Inviter): Promise<Called<string>> {
    const known = idTokens.get(id)
    if (known !== undefined) return { result: 'done', value: known }
    const proof = await inviter.openIdToken(sender)
    if (proof.result !== 'done') return proof
    try {
      const token = await options.accounts.register(proof.value.serverName, proof.value.token)
      await options.accounts.accept(sender, documentUrls(options.config().terms))
      idTokens.set(id, token)
      return { result: 'done', value: token }
    } catch (error) {
      if (!(error instanceof MatrixError)) throw error
      return { result: error.status < 500 ? 'forbidden' : 'unreachable', said: error.message }
    }
  }

  async function look(): Promise<void> {
    let nextAt = runtime.clock.now() + LOOK_MS
    for (const list of await readLists(storage.db, { state: 'running' })) {
      if (isStopped) return
      nextAt = Math.min(nextAt, await workOn(list))
    }
    schedule(nextAt - runtime.clock.now())
  }

  function schedule(waitMs: number): void {
    if (isStopped) return
    clearTimeout(timer)
    const delay = isWoken ? 0 : Math.min(Math.max(waitMs, 0), LOOK_MS)
    isWoken = false
    timer = setTimeout(() => (running = turn()), delay)
    timer.unref()
  }

  async function turn(): Promise<void> {
    try {
      await look()
    } catch (error) {
      runtime.log.error({ err: error }, 'lists of invitations could not be worked on')
      schedule(LOOK_MS)
    }
  }

  return {
    start: () => schedule(0),
    wake() {
      isWoken = true
      void running.then(() => schedule(0))
    },
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await running
    },
  }
}
