import { readTable, type ListEntry, type ListTable } from '../../backends/list/rows.ts'
import type { HandlerAnswer } from '../api/route.ts'
import type { wizardContract } from './contract.ts'
import type { DraftList } from './draft-store.ts'

type Preview = NonNullable<HandlerAnswer<(typeof wizardContract)['GET /api/wizard/list']>['list']>

const SHOWN_PEOPLE = 20
const SHOWN_PROBLEMS = 20

export const readDraftList = ({ text }: DraftList, domain: string): ListTable => readTable(text, { domain })

/** What a table would become, for the operator who has it. */
export function previewList(list: DraftList, domain: string): Preview {
  const { entries, problems } = readDraftList(list, domain)
  const people = Map.groupBy(entries, ({ mxid }) => mxid)
  return {
    name: list.name,
    people: people.size,
    addresses: entries.length,
    sample: [...people].slice(0, SHOWN_PEOPLE).map(([mxid, own]) => personOf(mxid, own)),
    problemCount: problems.length,
    problems: problems.slice(0, SHOWN_PROBLEMS).map((problem) => ({ ...problem })),
  }
}

function personOf(mxid: string, entries: readonly ListEntry[]) {
  return {
    mxid,
    displayName: entries[0]?.displayName ?? null,
    addresses: entries.map(({ medium, address }) => `${medium} ${address}`),
  }
}
