import type { Requester } from '../../backends/backend.ts'
import type { Lookup } from '../../lookup/find.ts'
import { mappingKey, type Mapping } from '../../lookup/mappings.ts'
import type { ThreePid } from '../../matrix/threepid.ts'
import type { Runtime } from '../../runtime.ts'
import type { OldServer } from './old-server.ts'
import { addCompared, emptyReport, readCompareReport, writeCompareReport, type Compared } from './report.ts'

export interface MirrorOptions {
  readonly dataDir: string
  readonly runtime: Runtime
  /** The URL of the old server, for the report. */
  readonly server: string
  readonly old: OldServer
  readonly perMinute: number
  /** Milliseconds between two rounds; default 2 s. */
  readonly everyMs?: number
}

/** Asks the old server what clients ask this one, afterwards and beside it: no lookup waits for it. */
export interface LookupMirror {
  /** The same lookup; what is asked of it by others is noted. */
  watch(lookup: Lookup): Lookup
  /** Ends the round under way. */
  stop(): Promise<void>
}

const EVERY_MS = 2_000
const MINUTE_MS = 60_000

export function startLookupMirror(options: MirrorOptions): LookupMirror {
  const { runtime, dataDir } = options
  const everyMs = options.everyMs ?? EVERY_MS
  const perRound = Math.max(1, Math.ceil((options.perMinute * everyMs) / MINUTE_MS))
  const waiting = new Map<string, { address: ThreePid; here: string | null }>()
  const stopping = new AbortController()
  let leftOut = 0
  let timer: NodeJS.Timeout | undefined
  let round = Promise.resolve()

  function note(addresses: readonly ThreePid[], found: ReadonlyMap<string, Mapping>): void {
    for (const address of addresses) {
      const key = mappingKey(address)
      if (waiting.size >= perRound && !waiting.has(key)) leftOut++
      else waiting.set(key, { address, here: found.get(key)?.mxid ?? null })
    }
  }

  async function compare(): Promise<void> {
    if (waiting.size === 0 && leftOut === 0) return
    const asked = [...waiting.values()]
    waiting.clear()
    const answers = await options.old.ask(
      asked.map(({ address }) => address),
      stopping.signal,
    )
    if (stopping.signal.aborted) return
    const compared = asked.flatMap(({ address, here }): Compared[] => {
      const there = answers.get(mappingKey(address))
      return there === undefined ? [] : [{ address, here, there }]
    })
    const now = runtime.clock.now()
    const former = await readCompareReport(dataDir)
    const begun = former?.with === options.server ? former : emptyReport(options.server, now)
    const report = addCompared({ ...begun, leftOut: begun.leftOut + leftOut }, compared, now)
    leftOut = 0
    await writeCompareReport(dataDir, report)
    const different = report.differences.length - begun.differences.length
    if (different > 0) runtime.log.warn({ different }, 'the old identity server answers differently')
  }

  function schedule(): void {
    timer = setTimeout(() => {
      round = compare()
        .catch((error: unknown) =>
          runtime.log.error({ err: error }, 'a comparison with the old identity server failed'),
        )
        .finally(() => stopping.signal.aborted || schedule())
    }, everyMs)
    timer.unref()
  }
  schedule()

  async function find(lookup: Lookup, addresses: readonly ThreePid[], requester: Requester | null) {
    const found = await lookup.find(addresses, requester)
    // Null is Signpost itself, which looks for the owners of waiting invitations all the time.
    if (requester !== null) note(addresses, found)
    return found
  }

  return {
    watch: (lookup) => ({
      ...lookup,
      // Read through: both may change while Signpost runs.
      get asksOthers() {
        return lookup.asksOthers
      },
      get storageDecides() {
        return lookup.storageDecides
      },
      find: (addresses, requester) => find(lookup, addresses, requester),
      findOne: async (address, requester) =>
        (await find(lookup, [address], requester)).get(mappingKey(address)) ?? null,
    }),
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await round
    },
  }
}
