import { maskAddress } from '../activity/masking.ts'
import type { ImportResult } from '../backends/list/list.ts'
import type { ListTable, RowProblem } from '../backends/list/rows.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import type { ImportOrder } from './list-import.ts'

const MOST_PROBLEMS = 20

export interface TableReport {
  readonly facts: readonly string[]
  readonly problems: readonly string[]
}

/** What a file holds and what is wrong with it, for people who know the file but not Signpost. */
export function describeTable(table: ListTable, domain: string, order: ImportOrder): TableReport {
  const { entries, problems, ignoredColumns } = table
  const people = new Set(entries.map(({ mxid }) => mxid))
  const facts = [
    `${count(people.size, 'person', 'people')}, ${count(entries.length, 'address', 'addresses')}`,
  ]
  if (ignoredColumns.length > 0) facts.push(`Columns that were not used: ${ignoredColumns.join(', ')}`)
  facts.push(...elsewhere([...people], domain))
  if (problems.length === 0) return { facts, problems: [] }
  const rows = new Set(problems.map(({ line }) => line)).size
  const lines = problems.slice(0, MOST_PROBLEMS).map((problem) => `  ${describeProblem(problem, order.full)}`)
  const more = problems.length - lines.length
  const end = more > 0 ? [`  and ${more} more (all of them with --json)`] : []
  const head = order.skipBadRows
    ? `${count(rows, 'row', 'rows')} left out, or a part of them:`
    : `${count(rows, 'row', 'rows')} to be corrected:`
  return { facts, problems: [head, ...lines, ...end] }
}

/** A slip in the domain would send invitations to strangers, so Matrix IDs of other servers are named. */
function elsewhere(people: readonly string[], domain: string): string[] {
  const servers = new Map<string, number>()
  for (const mxid of people) {
    const server = parseUserId(mxid)?.serverName ?? ''
    if (server !== domain) servers.set(server, (servers.get(server) ?? 0) + 1)
  }
  if (servers.size === 0)
    return domain === 'localhost' ? ['matrix.domain is not set: Matrix IDs end in :localhost.'] : []
  const shown = [...servers].slice(0, 5).map(([server, number]) => `${server} (${number})`)
  return [`Not on ${domain}: ${shown.join(', ')}${servers.size > shown.length ? ', ...' : ''}`]
}

function describeProblem({ line, column, value, message, fix }: RowProblem, full: boolean): string {
  const place = column === null ? `line ${line}` : `line ${line}, column ${column}`
  const what = value === null ? message : `"${shownValue(value, full)}" ${message}.`
  return `${place}: ${what} ${fix}`
}

export function problemAsJson(problem: RowProblem, full: boolean): RowProblem {
  return { ...problem, value: problem.value === null ? null : shownValue(problem.value, full) }
}

/** Control characters would reach the terminal. */
const shownValue = (value: string, full: boolean) =>
  (full ? value : maskAddress(value)).replaceAll(/\p{Cc}/gu, ' ').slice(0, 80)

export function describeResult(result: ImportResult, { backend, dryRun }: ImportOrder): string {
  const { added, changed, removed, unchanged } = result
  const counts = `${added} added, ${changed} changed, ${removed} removed, ${unchanged} unchanged`
  return dryRun
    ? `Nothing was stored (--dry-run). It would be: ${counts}`
    : `Stored in "${backend}": ${counts}`
}

export function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`
}
