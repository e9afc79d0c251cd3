import { z } from 'zod'
import type { ListOrder, ListPage } from '../backend.ts'
import { readListed, type ContractRules } from '../contract/reading.ts'
import { BackendFailure } from '../failure.ts'
import { createPageGuard, type PageToken } from '../page-guard.ts'
import type { AskEndpoint } from './calls.ts'

/** Strict where an omission would mean that people are gone: `people` has to be there. */
const pageShape = z.object({
  list: z.object({
    people: z.array(z.unknown()),
    present: z.array(z.string().min(1).max(500)).nullish(),
    incremental: z.boolean().nullish(),
    next: z.union([z.string().max(4096), z.number()]).nullish(),
    cursor: z.string().max(4096).nullish(),
  }),
})
type Page = z.output<typeof pageShape>['list']

const pageSize = 500
const maxPageBytes = 8 * 1024 * 1024

/** Reads the listing page by page; docs/rest-backend.md describes what goes over the wire. */
export async function* listPeople(
  ask: AskEndpoint,
  order: ListOrder,
  rules: ContractRules,
): AsyncGenerator<ListPage> {
  const guard = createPageGuard()
  let incremental = false
  let after: PageToken | null = null
  for (let number = 1; ; number++) {
    const page = await askPage(ask, order, after)
    if (number === 1) incremental = isIncremental(page, order)

    const people = page.people
      .map((item, index) => readListed(item, `page ${number}, entry ${index + 1}`, rules))
      .filter(({ key }) => guard.isNew(key))
    if (people.length > 0) yield { type: 'people', people }
    const present = incremental ? (page.present ?? []).filter((key) => guard.isNew(key)) : []
    if (present.length > 0) yield { type: 'present', keys: present }

    const next = page.next ?? ''
    if (next === '') return yield { type: 'end', incremental, cursor: page.cursor ?? null }
    guard.next(next)
    after = next
  }
}

async function askPage(ask: AskEndpoint, order: ListOrder, after: PageToken | null): Promise<Page> {
  const { since, signal } = order
  const list = {
    limit: pageSize,
    ...(after === null ? {} : { after }),
    ...(since === null ? {} : { since }),
  }
  const question = { endpoint: 'list', kind: 'many', body: { list }, signal, maxBytes: maxPageBytes } as const
  const answer = await ask(question, pageShape)
  if (answer !== null) return answer.list
  // Nothing is no page: taken for one, it would remove everybody.
  const fix = 'Check endpoints.list; a directory without people answers with an empty list of people.'
  throw new BackendFailure('configuration', 'The listing was answered with "nothing there".', fix)
}

/** A service that keeps no history ignores `since` and lists everybody: it is the answer that says what it is. */
function isIncremental(page: Page, order: ListOrder): boolean {
  if (page.incremental !== true) return false
  if (order.since !== null) return true
  const fix = 'Let the service answer a question without "since" with everybody.'
  throw new BackendFailure('protocol', 'The listing has changes only, but everybody was asked for.', fix)
}
