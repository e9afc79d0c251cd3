import { z } from 'zod'

/**
 * The JSON that endpoints and programs answer with. The shapes are those that mxisd and ma1sd asked for, so that what
 * was written for them goes on working; `listing` is Signpost's own. Members that are not named here are ignored.
 */

/** A list of which unusable items are left out: one bad entry must not hide the others. */
const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item.nullable().catch(null))
    .transform((items) => items.filter((one): one is NonNullable<typeof one> => one !== null))

const text = z.string().nullish().catch(null)

/** `localpart` or `mxid`, and its value. */
export const idShape = z.object({ type: z.string(), value: z.string() })
export type ContractId = z.output<typeof idShape>

const addressShape = z.object({ medium: z.string(), address: z.string() })
export type ContractAddress = z.output<typeof addressShape>

export const authShape = z.object({
  auth: z.object({
    success: z.boolean(),
    id: idShape.nullish(),
    // Two spellings of one thing: this is the one of logins, that of profiles is without the underscore.
    profile: z.object({ display_name: text, three_pids: listOf(addressShape).nullish() }).nullish(),
  }),
})

export const directoryShape = z.object({
  limited: z.boolean().nullish(),
  results: listOf(z.object({ user_id: z.string(), display_name: text, avatar_url: text })).nullish(),
})

/** Medium and address are there to be compared; an answer may leave them out. */
export const singleShape = z.object({
  lookup: z.object({ medium: text, address: text, id: idShape.nullish() }).nullish(),
})

export const bulkShape = z.object({
  lookup: listOf(addressShape.extend({ id: idShape })).nullish(),
})

export const profileShape = z.object({
  profile: z
    .object({
      display_name: text,
      threepids: listOf(addressShape).nullish(),
      roles: listOf(z.string()).nullish(),
    })
    .nullish(),
})
export type ContractProfile = NonNullable<z.output<typeof profileShape>['profile']>

/** One person of a listing. */
export const personShape = z.object({
  /** Names the entry for good. Default: the value of the id. */
  key: z.string().min(1).max(500).nullish(),
  id: idShape,
  display_name: text,
  threepids: listOf(addressShape).nullish(),
})
export type ContractPerson = z.output<typeof personShape>
