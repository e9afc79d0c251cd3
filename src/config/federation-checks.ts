import { parseUserId } from '../matrix/identifiers.ts'
import { canonicalDomain } from '../matrix/threepid.ts'
import type { Finding, KeyPath } from './problems.ts'
import type { Config } from './schema.ts'

/** Whether the federation section names what exists, and has what it needs. Times and networks are checked elsewhere. */
export function* checkFederation(config: Config): Iterable<Finding> {
  yield* checkDomains(config)
  yield* checkPublishedBackends(config)
  yield* checkAccount(config)
}

function* checkDomains({ federation: { inbound, outbound } }: Config): Iterable<Finding> {
  const lists: readonly [KeyPath, readonly string[]][] = [
    [['federation', 'outbound', 'allow'], outbound.allow],
    [['federation', 'outbound', 'deny'], outbound.deny],
    [['federation', 'inbound', 'domains'], inbound.domains],
  ]
  for (const [keys, domains] of lists) {
    for (const [index, domain] of domains.entries()) {
      if (canonicalDomain(domain) !== null) continue
      yield {
        keys: [...keys, index],
        message: `"${domain}" is not an e-mail domain.`,
        fix: 'Write what stands behind the @ of an address, like school.example. Subdomains are listed one by one.',
      }
    }
  }
}

function* checkPublishedBackends({ federation: { inbound }, backends }: Config): Iterable<Finding> {
  const ids = backends.map(({ id }) => id)
  for (const [index, id] of (inbound.backends ?? []).entries()) {
    if (ids.includes(id)) continue
    yield {
      keys: ['federation', 'inbound', 'backends', index],
      message: `There is no backend with the name "${id}".`,
      fix: ids.length === 0 ? 'Remove it: there are no backends.' : `Write one of: ${ids.join(', ')}.`,
    }
  }
}

function* checkAccount({ federation: { account, central }, matrix }: Config): Iterable<Finding> {
  const section = ['federation', 'account']
  const { userId, accessToken } = account
  if (userId !== null && parseUserId(userId)?.serverName !== matrix.domain) {
    yield {
      keys: [...section, 'userId'],
      message: `"${userId}" is not a user of your homeserver.`,
      fix: `Write a whole Matrix ID of your Matrix domain: "@signpost:${matrix.domain}"`,
    }
  }
  if (userId !== null && accessToken === null) {
    yield {
      keys: [...section, 'accessToken'],
      message:
        'There is a user for accounts at other servers (federation.account.userId), but no token of it.',
      fix: 'Write {file: PATH} or {env: NAME}, or the token itself.',
    }
  }
  if (userId === null && (accessToken !== null || central.length > 0)) {
    yield {
      keys: [...section, 'userId'],
      message:
        accessToken === null
          ? 'Central servers (federation.central) answer accounts only, and there is no user to open one for.'
          : 'There is an access token (federation.account.accessToken), but not whose it is.',
      fix: `Write the Matrix ID of a user of your homeserver: "@signpost:${matrix.domain}"`,
    }
  }
}
