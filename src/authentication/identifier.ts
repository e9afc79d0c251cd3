import { isJsonObject } from '../matrix/canonical-json.ts'
import { parsePhoneNumber } from '../matrix/phone.ts'
import { canonicalAddress, isMedium, type ThreePid } from '../matrix/threepid.ts'

/** Whom somebody wants to sign in as (Client-Server API, "Identifier types"). */
export type Identifier =
  | { readonly kind: 'user'; readonly user: string }
  | { readonly kind: 'address'; readonly typed: string; readonly address: ThreePid | null }

/** Members of a login request that name the user; the last three are those of old clients. */
const namingMembers = ['identifier', 'user', 'medium', 'address'] as const

/** Reads who is meant; null for what this server does not know, which the homeserver may. */
export function readIdentifier(body: Readonly<Record<string, unknown>>): Identifier | null {
  const { identifier } = body
  if (isJsonObject(identifier)) {
    switch (identifier['type']) {
      case 'm.id.user':
        return userIdentifier(identifier['user'])
      case 'm.id.thirdparty':
        return addressIdentifier(identifier['medium'], identifier['address'])
      case 'm.id.phone':
        return phoneIdentifier(identifier)
      default:
        return null
    }
  }
  if (identifier !== undefined) return null
  return body['medium'] === undefined
    ? userIdentifier(body['user'])
    : addressIdentifier(body['medium'], body['address'])
}

function userIdentifier(user: unknown): Identifier | null {
  return typeof user === 'string' ? { kind: 'user', user } : null
}

function addressIdentifier(medium: unknown, address: unknown): Identifier | null {
  if (!isMedium(medium) || typeof address !== 'string') return null
  const canonical = canonicalAddress(medium, address)
  return {
    kind: 'address',
    typed: address,
    address: canonical === null ? null : { medium, address: canonical },
  }
}

/** `number` is what clients sent before the specification called it `phone`; some send both. */
function phoneIdentifier(identifier: Readonly<Record<string, unknown>>): Identifier | null {
  const typed = identifier['phone'] ?? identifier['number']
  const { country } = identifier
  if (typeof typed !== 'string' || typeof country !== 'string') return null
  const parsed = parsePhoneNumber(typed, country)
  return { kind: 'address', typed, address: parsed && { medium: 'msisdn', address: parsed.msisdn } }
}

/** The same request for the user of this name; everything else in it stays. */
export function withUser(body: Readonly<Record<string, unknown>>, user: string): Record<string, unknown> {
  const rest = Object.fromEntries(Object.entries(body).filter(([name]) => !isNaming(name)))
  return { ...rest, identifier: { type: 'm.id.user', user } }
}

const isNaming = (name: string) => (namingMembers as readonly string[]).includes(name)
