import type { Backend } from '../backend.ts'
import type { CreateBackend } from '../kind.ts'
import { authenticate } from './authenticate.ts'
import { checkDirectory } from './check.ts'
import type { LdapConfig } from './config.ts'
import { settingsMark } from './cursor.ts'
import { findMappings } from './find.ts'
import { createLayout } from './layout.ts'
import { listPeople } from './list.ts'
import { readProfile } from './profile.ts'
import { searchPeople } from './search.ts'
import { createConnector } from './wire/connector.ts'
import { createDirectory } from './wire/directory.ts'

/** A page of a listing may take longer than a question that somebody waits for. */
const PAGE_MS = 30_000

export const createLdapBackend: CreateBackend<LdapConfig> = async (config, context) => {
  const { bases, sizeLimit, pageSize, uses } = config
  const { clock, domain, timeoutMs } = context
  const layout = createLayout(config, domain, clock)
  const connector = createConnector(config, context)
  const directory = createDirectory(connector, context)
  const findOptions = { bases, layout, sizeLimit }
  const listOptions = {
    bases,
    layout,
    pageSize,
    pageMs: Math.max(PAGE_MS, timeoutMs),
    settings: settingsMark(config, domain),
    clock,
  }
  const profileOptions = { bases, layout, groupBases: config.groups.bases }

  const backend: Backend = {
    check: (asking) => checkDirectory({ config, layout, connector, context }, asking.signal),
    close: () => directory.close(),
    ...(uses.lookup && {
      async findMappings(addresses, { signal }) {
        if (addresses.length === 0) return []
        return directory.ask(
          (session, patience) => findMappings(session, addresses, findOptions, patience),
          signal,
        )
      },
    }),
    async *listPeople(order) {
      const session = await directory.open('listing', order.signal)
      try {
        yield* listPeople(session, order, listOptions)
      } finally {
        session.close()
      }
    },
    ...(uses.search && {
      search: (query, { signal }) =>
        directory.ask((session, patience) => searchPeople(session, query, findOptions, patience), signal),
    }),
    ...(uses.authentication && {
      authenticate: (login, { signal }) => authenticate(directory, login, { bases, layout }, signal),
    }),
    ...(uses.profile && {
      profile: (userId, { signal }) =>
        directory.ask((session, patience) => readProfile(session, userId, profileOptions, patience), signal),
    }),
  }
  return backend
}
