import { afterAll, beforeAll } from 'vitest'
import { describeWith } from '../../support/skip.ts'
import { startBackend } from '../support/context.ts'
import { backendContract } from '../support/contract.ts'
import { peopleDatabases, type PeopleDatabase } from './support/people-databases.ts'
import { createSchool, queryInput, tableInput } from './support/school-tables.ts'

const can = ['find', 'list', 'search', 'authenticate', 'profile'] as const

for (const { kind, unavailable, start } of peopleDatabases) {
  describeWith(kind, unavailable, `sql on ${kind}`, () => {
    let database: PeopleDatabase
    beforeAll(async () => {
      database = await start()
      await createSchool(database)
    })
    afterAll(() => database?.stop())

    backendContract(`${kind}, a described table`, () => startBackend(tableInput(database.connection)), {
      can,
      roles: true,
    })
    backendContract(`${kind}, queries of the operator`, () => startBackend(queryInput(database.connection)), {
      can,
      roles: true,
    })
  })
}
