import { isDeepStrictEqual } from 'node:util'
import type { BackendWorld } from '../../../backends/context.ts'
import type { BackendConfig } from '../../../backends/sections.ts'
import type { HandlerAnswer } from '../../api/route.ts'
import type { backendsContract } from '../contract.ts'
import { listPeople } from './list-people.ts'
import { rowsOf, type XrayRow } from './rows.ts'

type Xray = HandlerAnswer<(typeof backendsContract)['POST /api/backends/xray']>
type Comparison = HandlerAnswer<(typeof backendsContract)['POST /api/backends/xray/compare']>

/** Rows of each kind in a comparison: enough to see what a change does. */
const MOST_ROWS = 200

/** Everybody of a section, beside what the directory has of them. @throws AdminError as `listPeople` does. */
export async function xrayPeople(config: BackendConfig, world: BackendWorld): Promise<Xray> {
  const { clock } = world.runtime
  const begun = clock.now()
  const { people, isWhole } = await listPeople(config, world)
  return { rows: rowsOf(people), isWhole, ms: clock.now() - begun }
}

/** What becomes of people when `next` takes the place of `former`. @throws AdminError as `listPeople` does. */
export async function comparePeople(
  former: BackendConfig,
  next: BackendConfig,
  world: BackendWorld,
): Promise<Comparison> {
  const [before, after] = await Promise.all([listPeople(former, world), listPeople(next, world)])
  const known = found(rowsOf(before.people))
  const wanted = found(rowsOf(after.people))
  const hidden = [...known.values()].filter(({ key }) => !wanted.has(key))
  const added = [...wanted.values()].filter(({ key }) => !known.has(key))
  const both = [...known.values()].flatMap((row) => {
    const other = wanted.get(row.key)
    return other === undefined ? [] : [{ before: row, after: other }]
  })
  const changed = both.filter((pair) => !isDeepStrictEqual(answerOf(pair.before), answerOf(pair.after)))
  return {
    hidden: { count: hidden.length, rows: hidden.slice(0, MOST_ROWS) },
    added: { count: added.length, rows: added.slice(0, MOST_ROWS) },
    changed: { count: changed.length, rows: changed.slice(0, MOST_ROWS) },
    unchanged: both.length - changed.length,
    isWhole: before.isWhole && after.isWhole,
  }
}

/** Those who answer something, by key. */
const found = (rows: readonly XrayRow[]) =>
  new Map(rows.filter(({ mxid }) => mxid !== null).map((row) => [row.key, row]))

/** What others learn of a person. */
const answerOf = ({ mxid, displayName, addresses }: XrayRow) => [
  mxid,
  displayName,
  addresses.map(({ medium, address }) => `${medium} ${address}`).toSorted(),
]
