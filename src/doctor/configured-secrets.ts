import { childSchema, configJsonSchema, isSecret, type SchemaNode } from '../config/json-schema.ts'
import { formatPath, type KeyPath } from '../config/problems.ts'
import type { SecretSource } from '../config/types.ts'

/** A secret that the configuration names. The value itself is not read. */
export interface ConfiguredSecret {
  /** The key: `notifications.email.smtp.password`. */
  readonly name: string
  readonly source: SecretSource
}

/** All secrets in the values of a file (which has passed the schema). */
export function configuredSecrets(values: unknown): readonly ConfiguredSecret[] {
  return secretsIn(values, configJsonSchema(), [])
}

function secretsIn(value: unknown, node: SchemaNode, keys: KeyPath): readonly ConfiguredSecret[] {
  if (value === null || value === undefined || value === '') return []
  // The schema has let it through, so that it is one of the forms of a secret.
  if (isSecret(node)) return [{ name: formatPath(keys), source: value as SecretSource }]
  if (typeof value !== 'object') return []
  const members: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((item, index) => [index, item] as const)
    : Object.entries(value)
  return members.flatMap(([key, member]) =>
    secretsIn(member, childSchema(node, key, value) ?? {}, [...keys, key]),
  )
}
