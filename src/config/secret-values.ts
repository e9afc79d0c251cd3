import { childSchema, isSecret, type SchemaNode } from './json-schema.ts'
import type { Sealer } from './sealing.ts'

/** Stands in the place of a secret that is set, wherever values leave the server. Sent back, it means "as it was". */
export interface SetSecret {
  readonly set: true
  /** Where a secret comes from that is not sealed: the operator may see the name, never the value. */
  readonly file?: string
  readonly env?: string
}

/** Values of the configuration (as the file has them) with every secret replaced by `SetSecret`. */
export function hideSecrets(values: unknown, schema: SchemaNode): unknown {
  return mapSecrets(values, schema, (secret, _former, kind): SetSecret => {
    if (kind === 'sensitive' || !isRecord(secret)) return { set: true }
    if (typeof secret['file'] === 'string') return { set: true, file: secret['file'] }
    return typeof secret['env'] === 'string' ? { set: true, env: secret['env'] } : { set: true }
  })
}

/**
 * The way back: a `SetSecret` becomes what stands in `former` at the same place (an item of a list: the one with the same
 * `id`), a secret in plain text becomes a sealed one. A `SetSecret` without a former secret is left out.
 */
export function restoreSecrets(
  values: unknown,
  former: unknown,
  schema: SchemaNode,
  sealer: Pick<Sealer, 'seal'>,
): unknown {
  const restored = mapSecrets(
    values,
    schema,
    (secret, before, kind) => {
      if (kind === 'secret' && typeof secret === 'string')
        return secret === '' ? undefined : { sealed: sealer.seal(secret) }
      return isSet(secret) ? before : secret
    },
    former,
  )
  return restored
}

/** `sensitive`: a value that may hold a credential (the URL of a database) and cannot be sealed. */
type MapSecret = (secret: unknown, former: unknown, kind: 'secret' | 'sensitive') => unknown

function mapSecrets(
  value: unknown,
  schema: SchemaNode | undefined,
  map: MapSecret,
  former?: unknown,
): unknown {
  if (schema === undefined || value === undefined || value === null) return value
  if (isSecret(schema) && (isSet(value) || !hasOtherMeaning(value))) return map(value, former, 'secret')
  if (schema.sensitive === true) return map(value, former, 'sensitive')
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) =>
      mapSecrets(item, childSchema(schema, index), map, formerItem(former, item, index)),
    )
  }
  if (!isRecord(value)) return value
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const before = isRecord(former) ? former[key] : undefined
    const mapped = mapSecrets(item, childSchema(schema, key, value), map, before)
    return mapped === undefined ? [] : [[key, mapped] as const]
  })
  return Object.fromEntries(entries)
}

/** A union can have secrets in one variant and be a section of plain keys in another (`{type: ...}`). */
const hasOtherMeaning = (value: unknown) =>
  Array.isArray(value) ||
  (isRecord(value) && !['file', 'env', 'sealed'].some((key) => Object.keys(value).join() === key))

const isSet = (value: unknown): value is SetSecret => isRecord(value) && value['set'] === true

/** Items have ids where the order may change (backends); elsewhere their place tells. */
function formerItem(former: unknown, item: unknown, index: number): unknown {
  if (!Array.isArray(former)) return undefined
  const items: readonly unknown[] = former
  const id = isRecord(item) ? item['id'] : undefined
  return id === undefined ? items[index] : items.find((other) => isRecord(other) && other['id'] === id)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
