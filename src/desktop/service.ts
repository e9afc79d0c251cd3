import type { Appliance } from '../appliance.ts'
import { consoleUrl } from '../console-url.ts'
import type { Runtime } from '../runtime.ts'
import type { AdminAccess } from './admin-access.ts'
import { backendConcerns, certificateConcerns, countInvitations, invitationConcerns } from './attention.ts'
import type { Concern } from './attention.ts'
import { createAway } from './away.ts'
import type { LookupsToday } from './lookups-today.ts'
import type { Numbers, ToServer, ToShell } from './messages.ts'
import { createNotices } from './notices.ts'

export interface DesktopServiceOptions {
  readonly appliance: Pick<
    Appliance,
    | 'config'
    | 'publicAddress'
    | 'adminAddress'
    | 'storage'
    | 'outbox'
    | 'directories'
    | 'tls'
    | 'index'
    | 'federationPause'
  >
  readonly admin: AdminAccess
  readonly runtime: Runtime
  readonly lookups: LookupsToday
  readonly send: (message: ToShell) => void
}

/** What a running Signpost does for the shell above it. */
export interface DesktopService {
  receive(message: ToServer): void
  /** Waits for the look under way. Before the storage closes. */
  stop(): Promise<void>
}

/** Lookups come in bursts: the shell hears twice a second at most. */
const SHORTEST_PAUSE_MS = 500
/** What no event tells: invitations, directories. */
const LOOK_EVERY_MS = 2_000
/** Reads files, and certificates last for months. */
const CERTIFICATE_EVERY_MS = 600_000
/** A write to the disk each; a crash may cost the last minute's count. */
const SAVE_EVERY_MS = 60_000

/** Tells the shell at once where the server listens, and from then on whenever a number changes. */
export async function startDesktopService(options: DesktopServiceOptions): Promise<DesktopService> {
  const { appliance, admin, runtime, lookups, send } = options
  const { storage } = appliance
  const { clock, log } = runtime
  const away = createAway({ storage, runtime, outbox: appliance.outbox })
  const notices = createNotices(storage)
  let told = ''
  let announced = ''
  let lastLook = -SHORTEST_PAUSE_MS
  let lastSave = clock.now()
  let certificate: { readonly at: number; readonly concerns: readonly Concern[] } | null = null
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | null = null
  let isStale = false
  let stopped = false

  async function concernsOfNow(): Promise<readonly Concern[]> {
    const at = clock.now()
    if (certificate === null || at - certificate.at >= CERTIFICATE_EVERY_MS) {
      certificate = { at, concerns: await certificateConcerns(appliance.tls, clock) }
    }
    return [...backendConcerns(appliance.directories), ...certificate.concerns]
  }

  /** Again when the console has moved: its address may change while the server runs. */
  function announce(): void {
    const { publicAddress, adminAddress } = appliance
    const consoleAddress = consoleUrl(appliance.config.current(), new URL(adminAddress).port)
    const ready = { type: 'ready', publicAddress, adminAddress, consoleAddress } as const
    const text = JSON.stringify(ready)
    if (text !== announced) send(ready)
    announced = text
  }

  async function look(): Promise<void> {
    announce()
    const invitations = await countInvitations(storage)
    const concerns = [...invitationConcerns(invitations), ...(await concernsOfNow())]
    const numbers: Numbers = {
      type: 'numbers',
      lookupsToday: lookups.today(),
      pendingInvitations: invitations.pending,
      state: concerns.length > 0 ? 'attention' : appliance.index.stats() === null ? 'working' : 'ok',
      attention: concerns.map(({ code, text }) => ({ code, text })),
      federationPausedUntil: appliance.federationPause.until(),
    }
    const text = JSON.stringify(numbers)
    if (text !== told) send(numbers)
    told = text
    for (const notice of await notices.next(concerns)) send(notice)
    if (clock.now() - lastSave < SAVE_EVERY_MS) return
    lastSave = clock.now()
    await lookups.save(storage)
  }

  function lookIn(ms: number): void {
    clearTimeout(timer)
    if (stopped) return
    timer = setTimeout(() => {
      lastLook = performance.now()
      isStale = false
      looking = look()
        .catch((error: unknown) => log.warn({ err: error }, 'the desktop app could not be told the numbers'))
        .finally(() => {
          looking = null
          lookIn(isStale ? SHORTEST_PAUSE_MS : LOOK_EVERY_MS)
        })
    }, ms)
  }

  /** Something has changed. */
  function lookSoon(): void {
    isStale = true
    if (looking === null) lookIn(Math.max(0, lastLook + SHORTEST_PAUSE_MS - performance.now()))
  }

  async function answer(id: number, link: () => Promise<string>): Promise<void> {
    const made = await link().catch((error: unknown) => {
      log.error({ err: error }, 'no link for the desktop app could be made')
      return null
    })
    send({ type: 'answer', id, link: made })
  }

  async function act(message: ToServer): Promise<void> {
    switch (message.type) {
      case 'one-time-link':
        return await answer(message.id, () => admin.oneTimeLink())
      case 'reset-password':
        return await answer(message.id, () => admin.resetPassword())
      case 'pause-federation':
        await appliance.federationPause.pause(message.until)
        return lookSoon()
      case 'suspend':
        away.begin()
        return await lookups.save(storage)
      case 'drain': {
        const report = await away.end()
        if (report !== null) send(report)
        return lookSoon()
      }
      case 'sealing-key':
      case 'stop':
        return
    }
  }

  await lookups.restore(storage)
  const unsubscribe = lookups.subscribe(lookSoon)
  announce()
  lookSoon()
  return {
    receive(message) {
      act(message).catch((error: unknown) =>
        log.error({ err: error, type: message.type }, 'a wish of the desktop app could not be fulfilled'),
      )
    },
    async stop() {
      stopped = true
      unsubscribe()
      clearTimeout(timer)
      await looking
      await lookups.save(storage).catch(() => undefined)
    },
  }
}
