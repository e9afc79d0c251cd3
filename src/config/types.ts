import { z } from 'zod'

/** What the settings page and the generated reference say about a key beyond its type. */
export interface KeyNotes {
  /** One or two sentences for an administrator. */
  readonly description: string
  /** True when a change takes effect only after a restart. Default: it applies live. */
  readonly restart?: boolean
  /** Unit of a number, when the name does not say it. */
  readonly unit?: string
  /** True for a key that may hold a credential without being a secret: its value is never printed. */
  readonly sensitive?: boolean
  readonly example?: unknown
}

/** Attaches the notes of one key. Every key of the schema goes through here; a test fails for one that does not. */
export function key<T extends z.ZodType>(schema: T, notes: KeyNotes): T {
  return schema.meta({ ...notes }) as T
}

const unitsInMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** How a duration is written; also how the generated reference recognises one. */
export const durationPattern = /^(\d+)(ms|s|m|h|d)$/

/** A duration string with a unit (`90s`, `15m`, `24h`, `7d`); read into milliseconds. */
export function duration(defaultValue: string) {
  return z
    .string()
    .regex(durationPattern, 'Write a whole number and a unit: 90s, 15m, 24h or 7d.')
    .transform(parseDuration)
    .prefault(defaultValue)
}

/** `15m` to 900,000. The text must match the duration pattern. */
export function parseDuration(text: string): number {
  const [, amount, unit] = durationPattern.exec(text) ?? []
  return Number(amount) * unitsInMs[unit as keyof typeof unitsInMs]
}

/** Where a secret comes from. The value itself is read when it is needed and never stands in a `Config`. */
export type SecretSource = string | { file: string } | { env: string } | { sealed: string }

/** A secret: a plain value, a file that holds it, an environment variable, or a value sealed by Signpost. */
export const secret = () =>
  z.union(
    [
      z.string().min(1),
      z.strictObject({ file: z.string().min(1) }),
      z.strictObject({ env: z.string().min(1) }),
      z.strictObject({ sealed: z.string().min(1) }),
    ],
    { error: 'Write the secret itself, or {file: PATH}, {env: NAME} or {sealed: ...}.' },
  )

export const port = () => z.int().min(0).max(65535)

export const listen = (host: string, defaultPort: number) =>
  z.strictObject({
    host: key(z.string().default(host), { description: 'Address to listen on.' }),
    port: key(port().default(defaultPort), { description: 'TCP port to listen on; 0 picks a free one.' }),
  })

/** An http(s) base URL, read without its trailing slash. */
export const baseUrl = () =>
  z
    .url({ protocol: /^https?$/, error: 'Write a URL that begins with https:// or http://.' })
    .transform((url) => url.replace(/\/+$/, ''))
