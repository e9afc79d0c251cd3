import type { Backend } from '../backend.ts'
import { runChecks } from '../check.ts'
import type { CreateBackend } from '../kind.ts'
import { databaseChecks } from '../sql/database-checks.ts'
import { openDirectoryDatabase } from '../sql/database.ts'
import { synapseChecks } from './checks.ts'
import type { SynapseConfig } from './config.ts'
import { openSynapseDirectory } from './directory.ts'
import { findMappings } from './find.ts'
import { listPeople } from './list.ts'
import { readProfile } from './profile.ts'
import { readRoomName } from './room-name.ts'
import { search } from './search.ts'

/**
 * The accounts of a Synapse, from its own database. Passwords are not checked here: whoever runs a Synapse logs in
 * there, and its hashes are of use only together with the pepper of its configuration.
 */
export const createSynapseBackend: CreateBackend<SynapseConfig> = async (config, context) => {
  const { connection, uses } = config
  const database = await openDirectoryDatabase(connection, context)
  const directory = openSynapseDirectory(database, config, context)

  const backend: Backend = {
    ...(uses.lookup && {
      findMappings: (addresses, { signal }) => findMappings(directory, addresses, signal),
      listPeople: (order) => listPeople(directory, order),
    }),
    ...(uses.search && { search: (query, { signal }) => search(directory, query, signal) }),
    ...(uses.profile && { profile: (userId, { signal }) => readProfile(directory, userId, signal) }),
    roomName: (roomId, { signal }) => readRoomName(directory, roomId, signal),
    check: ({ signal }) =>
      runChecks(context.clock, [
        ...databaseChecks(database, context, signal),
        ...synapseChecks(directory, signal),
      ]),
    close: () => database.close(),
  }
  return backend
}
