import type { Asking, AuthenticationAnswer, Backend, Login } from '../backend.ts'
import { runChecks, type CheckWork } from '../check.ts'
import { createHttpCalls } from '../http-calls.ts'
import type { BackendContext, CreateBackend } from '../kind.ts'
import { databaseChecks } from '../sql/database-checks.ts'
import { openDirectoryDatabase } from '../sql/database.ts'
import { createPasswordChecker } from '../sql/passwords/password-checker.ts'
import { siteChecks } from './checks.ts'
import type { WordpressConfig } from './config.ts'
import { findMappings } from './find.ts'
import { createJwtPlugin } from './jwt-plugin.ts'
import { listPeople } from './list.ts'
import { logInBlindly, logInByHash, logInThroughSite } from './login.ts'
import { readProfile } from './profile.ts'
import { search } from './search.ts'
import { openSite, personRules, type WordpressSite } from './site.ts'

/** A WordPress site: its database knows the users; its JWT plugin, or again the database, their passwords. */
export const createWordpressBackend: CreateBackend<WordpressConfig> = async (config, context) => {
  const { connection, uses } = config
  const database = connection === undefined ? null : await openDirectoryDatabase(connection, context)
  const site = database === null ? null : openSite(database, config, context)
  const passwords = uses.authentication ? passwordPart(config, context, site) : null

  const backend: Backend = {
    ...(site !== null && siteQuestions(site, uses)),
    ...(passwords !== null && { authenticate: passwords.authenticate }),
    check: ({ signal }) =>
      runChecks(context.clock, [
        ...(database === null || site === null
          ? []
          : [...databaseChecks(database, context, signal), ...siteChecks(site, signal)]),
        ...(passwords?.checks(signal) ?? []),
      ]),
    async close() {
      await Promise.all([database?.close(), passwords?.close()])
    },
  }
  return backend
}

function siteQuestions(site: WordpressSite, uses: WordpressConfig['uses']): Partial<Backend> {
  return {
    ...(uses.lookup && {
      findMappings: (addresses, { signal }) => findMappings(site, addresses, signal),
      listPeople: (order) => listPeople(site, order),
    }),
    ...(uses.search && { search: (query, { signal }) => search(site, query, signal) }),
    ...(uses.profile && { profile: (userId, { signal }) => readProfile(site, userId, signal) }),
  }
}

interface PasswordPart {
  authenticate(login: Login, asking: Asking): Promise<AuthenticationAnswer>
  checks(signal: AbortSignal): readonly CheckWork[]
  close(): Promise<void>
}

/** Null when the section leaves passwords out, or lacks what they need (`wordpressRules` says so). */
function passwordPart(
  config: WordpressConfig,
  context: BackendContext,
  site: WordpressSite | null,
): PasswordPart | null {
  const { login, url, caFile } = config
  if (login === 'database' && site !== null) {
    const checker = createPasswordChecker({ plain: false })
    return {
      authenticate: (login, { signal }) => logInByHash(site, checker, login, signal),
      checks: () => [],
      close: () => checker.close(),
    }
  }
  if (login !== 'jwt' || url === null) return null
  const calls = createHttpCalls(context, caFile, 'url')
  const plugin = createJwtPlugin(url, calls)
  const rules = personRules(config, context.domain)
  return {
    authenticate: (login, { signal }) =>
      site === null
        ? logInBlindly(plugin, rules, login, signal)
        : logInThroughSite(site, plugin, login, signal),
    checks: (signal) => [['plugin', () => plugin.check(signal)]],
    close: () => calls.close(),
  }
}
