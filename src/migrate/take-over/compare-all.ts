import type { Lookup } from '../../lookup/find.ts'
import { mappingKey } from '../../lookup/mappings.ts'
import { isMedium, type ThreePid } from '../../matrix/threepid.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import type { OldServer } from './old-server.ts'
import { addCompared, emptyReport, type Compared, type CompareReport } from './report.ts'

export interface CompareAllOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly lookup: Pick<Lookup, 'find'>
  readonly old: OldServer
  /** The URL of the old server, for the report. */
  readonly server: string
  readonly signal: AbortSignal
}

const PAGE = 200

/** Asks both servers for every address that this one knows. Yields the report after each page; the last one is whole. */
export async function* compareAll(options: CompareAllOptions): AsyncGenerator<CompareReport> {
  const { runtime, lookup, old, signal } = options
  let report = emptyReport(options.server, runtime.clock.now())
  for await (const page of knownAddresses(options.storage)) {
    if (signal.aborted) break
    const [here, there] = await Promise.all([lookup.find(page, null), old.ask(page, signal)])
    const compared = page.flatMap((address): Compared[] => {
      const key = mappingKey(address)
      const answer = there.get(key)
      return answer === undefined ? [] : [{ address, here: here.get(key)?.mxid ?? null, there: answer }]
    })
    report = addCompared(report, compared, runtime.clock.now())
    yield report
  }
}

/** Of associations, lists and mirrors, in pages. */
async function* knownAddresses({ db }: Storage): AsyncGenerator<readonly ThreePid[]> {
  for (const table of ['associations', 'directory_entries'] as const) {
    let after: ThreePid | null = null
    for (;;) {
      let query = db
        .selectFrom(table)
        .select(['medium', 'address'])
        .distinct()
        .orderBy('medium')
        .orderBy('address')
        .limit(PAGE)
      if (after !== null) {
        const { medium, address } = after
        query = query.where((eb) =>
          eb.or([
            eb('medium', '>', medium),
            eb.and([eb('medium', '=', medium), eb('address', '>', address)]),
          ]),
        )
      }
      const page: ThreePid[] = (await query.execute()).flatMap(({ medium, address }) =>
        isMedium(medium) ? [{ medium, address }] : [],
      )
      const last: ThreePid | undefined = page.at(-1)
      if (last === undefined) break
      yield page
      after = last
    }
  }
}
