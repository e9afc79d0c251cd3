import type { Profile } from '../backend.ts'
import { userOf } from '../person.ts'
import { bytesOf } from './entry.ts'
import { equals } from './filters.ts'
import { groupAttributes, groupsOf, type GroupOptions } from './groups.ts'
import { findUser } from './users.ts'
import type { LdapSession } from './wire/session.ts'

/** What the directory knows of a user; null when it does not know them. */
export async function readProfile(
  session: LdapSession,
  userId: string,
  options: GroupOptions,
  signal: AbortSignal,
): Promise<Profile | null> {
  const { bases, layout } = options
  const name = userOf(userId, layout.rules)
  if (name === null || name === '') return null
  const order = {
    ...({ bases, layout, use: 'profile', user: equals(layout.user, name) } as const),
    attributes: [layout.photo, ...groupAttributes],
  }
  const user = await findUser(session, order, ({ mxid }) => mxid === userId, signal)
  if (user === null) return null
  const { entry, person } = user
  return {
    displayName: person.displayName,
    threepids: person.addresses,
    roles: await groupsOf(session, entry, options, signal),
    photo: readPhoto(bytesOf(entry, layout.photo)[0]),
  }
}

/** How pictures begin. Attributes called jpegPhoto hold others as well. */
const signatures: readonly (readonly [contentType: string, pattern: RegExp])[] = [
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/png', /^\x89PNG\r\n/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[^]{4}WEBP/],
]

function readPhoto(bytes: Buffer | undefined): Profile['photo'] {
  const start = bytes?.toString('latin1', 0, 12) ?? ''
  const contentType = signatures.find(([, pattern]) => pattern.test(start))?.[0]
  return bytes === undefined || contentType === undefined
    ? null
    : { contentType, bytes: Uint8Array.from(bytes) }
}
