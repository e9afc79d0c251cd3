import { parseUserId } from '../matrix/identifiers.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import type { Identifier } from './identifier.ts'
import { inTime } from './in-time.ts'
import type { Rewrite } from './rewrite.ts'

export interface ResolveUserOptions {
  readonly domain: () => string
  readonly foldCase: () => boolean
  readonly rewrite: Rewrite
  /** The Matrix ID of an address, from what is known here. May fail, and may take long. */
  readonly find: (address: ThreePid) => Promise<string | null>
}

/** How long somebody who signs in waits for a directory that is slow. */
const PATIENCE_MS = 3_000

/**
 * The name under which the homeserver knows whom an identifier names: a localpart or whole Matrix ID; null when there is
 * nothing to change, or nobody knows. Never rejects: the homeserver then decides by what was typed.
 */
export async function resolveUser(
  options: ResolveUserOptions,
  identifier: Identifier,
): Promise<string | null> {
  const address = identifier.kind === 'address' ? identifier.address : options.rewrite(identifier.user)
  const found = address === null ? null : await inTime(orNull(options.find(address)), PATIENCE_MS, null)
  if (found !== null) {
    const user = parseUserId(found)
    // Whoever has an account elsewhere cannot sign in to it here.
    if (user?.serverName === options.domain()) return user.localpart
  }
  return identifier.kind === 'user' && options.foldCase() ? folded(identifier.user, options.domain()) : null
}

const orNull = (finding: Promise<string | null>) => finding.catch(() => null)

/** Small letters, where the account can only be ours. Null: it is written so already, or somebody else's. */
function folded(user: string, domain: string): string | null {
  const lower = user.toLowerCase()
  if (lower === user) return null
  if (!user.startsWith('@')) return user.includes(':') ? null : lower
  const suffix = `:${domain}`
  return lower.endsWith(suffix.toLowerCase()) ? `${lower.slice(0, -suffix.length)}${suffix}` : null
}
