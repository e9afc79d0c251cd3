import { z } from 'zod'
import { configSchema } from './schema.ts'

/** The part of JSON Schema (2020-12) that Zod writes for the configuration, with the notes of each key. */
export interface SchemaNode {
  readonly type?: string
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | SchemaNode
  readonly items?: SchemaNode
  readonly anyOf?: readonly SchemaNode[]
  readonly oneOf?: readonly SchemaNode[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly pattern?: string
  readonly format?: string
  readonly description?: string
  readonly restart?: boolean
  readonly sensitive?: boolean
  readonly unit?: string
  readonly example?: unknown
}

/** JSON Schema of `signpost.yaml` as it is written (durations as text, everything with a default optional). */
export function configJsonSchema(): SchemaNode {
  const schema = z.toJSONSchema(configSchema, { io: 'input' })
  return { title: 'signpost.yaml', description: 'Configuration of Signpost.', ...schema } as SchemaNode
}

/** The schemas a value may follow: the node itself, or the variants of a union. */
export function variants(node: SchemaNode): readonly SchemaNode[] {
  return node.anyOf ?? node.oneOf ?? [node]
}

export function allowsNull(node: SchemaNode): boolean {
  return variants(node).some(
    (variant) => variant.type === 'null' || (variant !== node && allowsNull(variant)),
  )
}

export function allowsText(node: SchemaNode): boolean {
  return variants(node).some(
    (variant) => variant.type === 'string' || (variant !== node && allowsText(variant)),
  )
}

/** True for a key that takes `{env: NAME}`: its value is a secret. */
export function isSecret(node: SchemaNode): boolean {
  return variants(node).some(
    (variant) => variant.properties?.['env'] !== undefined || (variant !== node && isSecret(variant)),
  )
}

/** The keys that may stand at a place; for a union, those of the variants that fit `value`. */
export function propertiesOf(node: SchemaNode, value?: unknown): Readonly<Record<string, SchemaNode>> {
  const fitting = variants(node).filter((variant) => fits(variant, value))
  return Object.assign({}, ...fitting.map((variant) => variant.properties ?? {})) as Record<
    string,
    SchemaNode
  >
}

/** The schema of one member of `node`: a key of a section, an entry of a map, an item of a list. */
export function childSchema(node: SchemaNode, key: string | number, value?: unknown): SchemaNode | undefined {
  if (typeof key === 'number') return node.items
  const known = propertiesOf(node, value)[key]
  if (known !== undefined) return known
  return typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined
}

/** A variant is ruled out only by a constant (`type: sqlite`) that the value contradicts. */
function fits(variant: SchemaNode, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(variant.properties ?? {}).every(([key, property]) => {
    const actual = (value as Record<string, unknown>)[key]
    return property.const === undefined || actual === undefined || actual === property.const
  })
}
