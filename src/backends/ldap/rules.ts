import type { Finding } from '../../config/problems.ts'
import type { LdapConfig } from './config.ts'
import { filterProblem, tidyFilter } from './filter-syntax.ts'
import { parseServer } from './wire/server.ts'

/** What the schema cannot say about an `ldap` section. */
export function* ldapRules(config: LdapConfig): Iterable<Finding> {
  yield* checkServers(config)
  yield* checkLogin(config)
  yield* checkBases(config)
  yield* checkFilters(config)
}

function* checkServers({ servers, startTls }: LdapConfig): Iterable<Finding> {
  for (const [index, text] of servers.entries()) {
    const server = parseServer(text)
    const keys = ['servers', index]
    if ('problem' in server) yield { keys, message: server.problem, fix: server.fix }
    else if (startTls && server.tls) {
      yield {
        keys,
        message: 'An ldaps:// server is encrypted from the start and has no STARTTLS.',
        fix: 'Write ldap:// here, or turn startTls off.',
      }
    }
  }
}

function* checkLogin({ bindDn, bindPassword }: LdapConfig): Iterable<Finding> {
  if (bindDn !== null && bindPassword === null) {
    yield {
      keys: ['bindPassword'],
      message: 'There is an account to log in with (bindDn), but no password.',
      // RFC 4513, section 5.1.2: many servers take it for an anonymous login and say that all is well.
      fix: 'Write {file: PATH} or {env: NAME} or the password itself; or remove bindDn for anonymous access.',
    }
  }
  if (bindDn === null && bindPassword !== null) {
    yield {
      keys: ['bindDn'],
      message: 'There is a password (bindPassword), but no account to log in with.',
      fix: 'Write the DN of the account, like cn=signpost,dc=example,dc=org; or remove the password.',
    }
  }
}

function* checkBases({ bases, groups }: LdapConfig): Iterable<Finding> {
  if (bases.length === 0) {
    yield {
      keys: ['bases'],
      message: 'It is not said where in the directory the people are.',
      fix: 'Write one entry or more, like "ou=people,dc=example,dc=org".',
    }
  }
  const all = [
    ...bases.map((dn, index) => ({ dn, keys: ['bases', index] })),
    ...groups.bases.map((dn, index) => ({ dn, keys: ['groups', 'bases', index] })),
  ]
  for (const { dn, keys } of all) {
    if (/^\s*[A-Za-z0-9.-]+\s*=/.test(dn)) continue
    const message = /^[a-z]+:\/\//i.test(dn)
      ? `"${dn}" is a URL, not the name of an entry.`
      : `"${dn}" is not the name of an entry.`
    const fix = /^[a-z]+:\/\//i.test(dn)
      ? 'Write the URL in "servers", and here only the name: "ou=people,dc=example,dc=org".'
      : 'Write it like "ou=people,dc=example,dc=org".'
    yield { keys, message, fix }
  }
}

function* checkFilters({ filter, filters }: LdapConfig): Iterable<Finding> {
  const all = [
    { text: filter, keys: ['filter'] },
    ...Object.entries(filters).map(([use, text]) => ({ text, keys: ['filters', use] })),
  ]
  for (const { text, keys } of all) {
    const problem = text === null ? null : filterProblem(tidyFilter(text))
    if (problem === null) continue
    yield {
      keys,
      message: `This is not a filter. ${problem}`,
      fix: 'Write it like (memberOf=cn=matrix,ou=groups,dc=example,dc=org), with all its parentheses.',
    }
  }
}
