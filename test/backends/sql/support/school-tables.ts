import { argon2id, bcrypt } from 'hash-wasm'
import { createHash, randomBytes } from 'node:crypto'
import { encrypt } from 'unixcrypt'
import type { BackendInput } from '../../support/context.ts'
import { school, type SchoolPerson } from '../../support/school.ts'
import type { PeopleDatabase } from './people-databases.ts'

type SqlInput = Extract<BackendInput, { type: 'sql' }>

/**
 * Writes the school into `people` (as people type things), `addresses` (canonical) and `roles`. `quotes"and spaces` is a
 * column whose name needs care; somebody who left has every address of Anna's.
 */
export async function createSchool(database: PeopleDatabase): Promise<void> {
  await database.execute(
    `create table people (id integer primary key, login varchar(100), full_name varchar(200), email varchar(200),
      other_email varchar(200), mobile varchar(60), secret varchar(200), gone varchar(20))`,
    'create table addresses (person integer, medium varchar(20), address varchar(200))',
    'create table roles (person integer, role varchar(50))',
  )
  const rows = await Promise.all(school.map(async (person, i) => await personRow(person, i + 1)))
  const [anna] = rows
  if (anna === undefined) throw new Error('the school is empty')
  await database.insert('people', [...rows, [99, 'gone', 'Gone Meier', ...anna.slice(3, 7), '2024-01-31']])
  await database.insert(
    'addresses',
    school.flatMap(({ canonical }, i) => canonical.map(([medium, address]) => [i + 1, medium, address])),
  )
  await database.insert(
    'roles',
    school.flatMap(({ roles }, i) => roles.map((role) => [i + 1, role])),
  )
}

async function personRow(person: SchoolPerson, id: number) {
  const { localpart, name, emails, phones, password } = person
  const contact = [emails[0] ?? null, emails[1] ?? null, phones[0] ?? null]
  return [id, localpart, name, ...contact, await hashOf(password, id), null]
}

/** Another way of hashing for each, with small costs. */
async function hashOf(password: string, id: number): Promise<string> {
  const salt = randomBytes(16)
  switch (id) {
    case 1:
      return bcrypt({ password, salt, costFactor: 4 })
    case 2:
      return argon2id({
        ...{ password, salt, iterations: 1, parallelism: 1, memorySize: 64, hashLength: 32 },
        outputType: 'encoded',
      })
    case 3:
      return encrypt(password, '$6$rounds=1000$saltsalt')
    default: {
      const digest = createHash('sha512').update(password).update(salt).digest()
      return `{SSHA512}${Buffer.concat([digest, salt]).toString('base64')}`
    }
  }
}

const rolesQuery =
  'select r.role from roles r join people p on p.id = r.person where p.login = :localpart order by r.role'

export const schoolTable = {
  name: 'people',
  id: 'id',
  user: 'login',
  displayName: 'full_name',
  emails: ['email', 'other_email'],
  phones: ['mobile'],
  password: 'secret',
  disabled: 'gone',
} as const

/** The school as somebody has it who knows no SQL; roles are in another table, for which there is a query. */
export function tableInput(connection: SqlInput['connection']): SqlInput {
  return {
    ...{ id: 'school', type: 'sql', connection, defaultCountry: 'DE', table: { ...schoolTable } },
    table: { ...schoolTable, emails: [...schoolTable.emails], phones: [...schoolTable.phones] },
    queries: { roles: rolesQuery },
  }
}

const joined = 'people p join addresses a on a.person = p.id'

/** The same with queries alone. They are the same on every database. */
export function queryInput(connection: SqlInput['connection']): SqlInput {
  return {
    ...{ id: 'school', type: 'sql', connection },
    queries: {
      lookup: `select p.login as user, a.address from ${joined} where a.medium = :medium and a.address = :address`,
      list: `select p.id, p.login as user, p.full_name as name, a.medium, a.address
        from people p left join addresses a on a.person = p.id order by p.id;`,
      search: {
        name: `select login as user, full_name as name from people
          where lower(full_name) like :pattern escape '!' and gone is null order by login limit :limit`,
        address: `select distinct p.login as user, p.full_name as name from ${joined}
          where lower(a.address) like :pattern escape '!' order by 1 limit :limit`,
      },
      profile: 'select full_name as name, login as user from people where login = :user',
      threepids: `select a.medium, a.address from ${joined} where p.login = :localpart`,
      roles: rolesQuery,
      password: 'select secret as hash, gone as disabled, login as user from people where login = :user',
    },
  }
}
