import { childSchema, isHidden, isSecret, propertiesOf, variants, type SchemaNode } from './json-schema.ts'

/** The values of a file with every default filled in, as they would stand in the file. */
export function withDefaults(values: unknown, node: SchemaNode): unknown {
  if (isHidden(node) || (Array.isArray(values) && node.items === undefined)) return values
  if (Array.isArray(values)) return values.map((item) => withDefaults(item, node.items ?? {}))
  if (typeof values !== 'object' || values === null) return values
  if (typeof node.additionalProperties === 'object') return values
  const present = values as Record<string, unknown>
  const keys = Object.entries(propertiesOf(node, present)).map(([key, child]) => {
    const value = present[key] ?? child.default ?? (hasSections(child) ? {} : null)
    return [key, withDefaults(value, child)] as const
  })
  return Object.fromEntries(keys)
}

const hasSections = (node: SchemaNode) =>
  !isSecret(node) && variants(node).some(({ properties }) => properties !== undefined)

/** The same values with everything that is or may hold a secret replaced by its kind. */
export function withoutSecrets(values: unknown, node: SchemaNode): unknown {
  if (values === null || values === undefined || values === '') return values
  if (isSecret(node)) return `<secret: ${kindOf(values)}>`
  if (node.sensitive === true) return '<hidden: may hold a password>'
  if (Array.isArray(values)) return values.map((item) => withoutSecrets(item, node.items ?? {}))
  if (typeof values !== 'object') return values
  const entries = Object.entries(values).map(([key, value]) => {
    return [key, withoutSecrets(value, childSchema(node, key, values) ?? {})] as const
  })
  return Object.fromEntries(entries)
}

function kindOf(source: unknown): string {
  if (typeof source !== 'object' || source === null) return 'plain text in this file'
  if ('file' in source) return 'from a file'
  return 'env' in source ? 'from the environment' : 'sealed'
}
