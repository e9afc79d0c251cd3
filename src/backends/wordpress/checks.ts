import { z } from 'zod'
import type { CheckWork, StepResult } from '../check.ts'
import { asSample } from '../person.ts'
import { readRows } from '../read-rows.ts'
import { readUsers, selectUsers } from './people.ts'
import type { WordpressSite } from './site.ts'

const SAMPLE_SIZE = 5

const countRow = z.object({ users: z.coerce.number(), people: z.coerce.number() })

/** The steps after the connection: are WordPress' tables there, with people in them. */
export function siteChecks(site: WordpressSite, signal: AbortSignal): readonly CheckWork[] {
  return [
    [
      'tables',
      async () => {
        const { users, meta } = await site.tables(signal)
        return { detail: `The tables ${users} and ${meta} are there.` }
      },
    ],
    ['count', () => countPeople(site, signal)],
    ['sample', () => samplePeople(site, signal)],
  ]
}

async function countPeople({ database, tables }: WordpressSite, signal: AbortSignal): Promise<StepResult> {
  const { users: table, isActive } = await tables(signal)
  const text = `SELECT count(*) AS users, coalesce(sum(${isActive}), 0) AS people FROM ${table} u`
  const [count] = readRows(countRow, await database.query(text, {}, signal), 'WordPress')
  const { users, people } = count ?? { users: 0, people: 0 }
  const detail = `${people} of ${users} users count; the others are spam, deleted or not activated.`
  if (people > 0) return { detail: people === users ? `${people} users.` : detail }
  const fix = 'See whether connection.database and tablePrefix are those of the site.'
  return { outcome: 'warning', detail: 'The site has no users.', fix }
}

async function samplePeople(site: WordpressSite, signal: AbortSignal): Promise<StepResult> {
  const text = `${selectUsers(site, await site.tables(signal), 'true')} LIMIT ${SAMPLE_SIZE}`
  const users = readUsers(await site.database.query(text, site.values, signal), site.rules)
  return { detail: 'These are the first users, as Signpost knows them.', sample: users.map(asSample) }
}
