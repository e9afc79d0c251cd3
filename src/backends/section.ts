import { z } from 'zod'
import { duration, key } from '../config/types.ts'
import type { BackendUse } from './backend.ts'

const useTexts: Readonly<Record<BackendUse, string>> = {
  lookup: 'Ask this backend who an address belongs to.',
  search: 'Ask this backend when users search for people.',
  authentication: 'Ask this backend to check passwords.',
  profile: 'Ask this backend for names, addresses and roles of users.',
}

/** The switches of what a kind can do; `off` names those that have to be switched on. */
export function uses<U extends BackendUse>(all: readonly U[], off: readonly U[] = []) {
  const entries = all.map((use) => [
    use,
    key(z.boolean().default(!off.includes(use)), { description: useTexts[use], restart: true }),
  ])
  return z
    .strictObject(Object.fromEntries(entries) as Record<U, z.ZodDefault<z.ZodBoolean>>)
    .prefault({} as never)
}

/** The keys that every kind has, besides its own `shape`. */
export function backendSection<T extends string, S extends z.core.$ZodLooseShape>(
  type: T,
  description: string,
  shape: S,
) {
  return z.strictObject({
    id: key(
      z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'Use small letters, digits and - in the name of a backend.'),
      { description: 'Name of the backend in Signpost.', restart: true },
    ),
    type: key(z.literal(type), { description, restart: true }),
    enabled: key(z.boolean().default(true), { description: 'Ask this backend.', restart: true }),
    ...shape,
  })
}

/** How long a backend may take for one answer. */
export const timeout = (defaultValue = '5s') =>
  key(duration(defaultValue), {
    description: 'Longest wait for one answer. After several failures the backend is left alone for a while.',
    restart: true,
  })

/** How a kind is mirrored, so that hashed lookups find its people. */
export const sync = (notes: { readonly everyMs?: string } = {}) =>
  z
    .strictObject({
      enabled: key(z.boolean().default(true), {
        description: 'Keep a copy of all people, without which hashed lookups cannot find them.',
        restart: true,
      }),
      every: key(duration(notes.everyMs ?? '5m'), {
        description: 'How often changes are fetched.',
        restart: true,
      }),
      fullEvery: key(duration('24h'), {
        description: 'How often everything is read again, where a sync otherwise fetches changes only.',
        restart: true,
      }),
      timeout: key(duration('10m'), { description: 'Longest time for one sync.', restart: true }),
      stopAtRemoved: key(z.int().min(1).max(100).default(50), {
        description:
          'A sync that would remove this share of the people (and more than 20 of them), or everybody, is refused until it is confirmed: more often than not the directory is broken or the login lost a right. 100: only when nobody is left.',
        unit: 'percent',
        restart: true,
      }),
    })
    .prefault({})

/** Two letters of a country, checked against what libphonenumber knows when the configuration is read. */
export const defaultCountry = () =>
  key(
    z
      .string()
      .regex(/^[A-Z]{2}$/, 'Write the two capital letters of a country: DE, AT, CH, GB.')
      .nullable()
      .default(null),
    {
      description:
        'Country in which phone numbers without a country code are dialled. Empty: such numbers are left out.',
      restart: true,
      example: 'DE',
    },
  )

/** What the directory holds of a user. */
export const userKeys = {
  userType: key(z.enum(['localpart', 'mxid']).default('localpart'), {
    description: 'localpart: anna stands for @anna and the Matrix domain. mxid: whole Matrix IDs.',
    restart: true,
  }),
  unsuitable: key(z.enum(['reject', 'encode']).default('reject'), {
    description:
      'Localparts with characters that Matrix does not allow (spaces, umlauts). reject: left out and reported. encode: written as =c3=bc, as the specification suggests.',
    restart: true,
  }),
}
