import type { ListOrder, ListPage } from '../backend.ts'
import { readUsers, selectUsers } from './people.ts'
import type { WordpressSite } from './site.ts'

/** Everybody, each time: WordPress does not note when a user was changed. */
export async function* listPeople(
  site: WordpressSite,
  { signal }: Pick<ListOrder, 'signal'>,
): AsyncGenerator<ListPage> {
  const text = selectUsers(site, await site.tables(signal), 'true')
  for await (const rows of site.database.pages(text, site.values, signal)) {
    const users = readUsers(rows, site.rules)
    yield {
      type: 'people',
      people: users.map(({ key, person, rejections, record }) => ({ key, person, rejections, record })),
    }
  }
  yield { type: 'end', incremental: false, cursor: null }
}
