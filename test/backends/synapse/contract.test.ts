import { describeWith } from '../../support/skip.ts'
import { startBackend } from '../support/context.ts'
import { backendContract } from '../support/contract.ts'
import { school } from '../support/school.ts'
import { addSchool, engines, makeDatabase, type MadeDatabase } from './support/made-database.ts'

for (const engine of engines) {
  for (const generation of ['current', 'older'] as const) {
    describeWith(
      engine.name,
      engine.unavailable,
      `Tables of a Synapse on ${engine.name}, ${generation}`,
      () => {
        let filled: Promise<MadeDatabase> | undefined
        const fill = async () => {
          const database = await makeDatabase(engine, generation)
          await addSchool(database, school)
          return database
        }
        const start = async () => {
          filled ??= fill()
          return startBackend({ id: 'hs', type: 'synapse', connection: (await filled).connection })
        }
        backendContract('synapse', start, { can: ['find', 'list', 'search', 'profile'] })
      },
    )
  }
}
