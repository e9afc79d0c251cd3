import { z } from 'zod'
import { configSchema } from './schema.ts'

/** The part of JSON Schema (2020-12) that Zod writes for the configuration, with the notes of each key. */
export interface SchemaNode {
  readonly type?: string | readonly string[]
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
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    // Zod leaves a default out where a transform stands below it (base URLs). Those read the same before and after it.
    override({ zodSchema, jsonSchema }) {
      const { def } = zodSchema._zod
      if (def.type === 'default') jsonSchema.default ??= def.defaultValue
    },
  })
  return { title: 'signpost.yaml', description: 'Configuration of Signpost.', ...schema } as SchemaNode
}

/** The schemas a value may follow: the node itself, or the variants of a union. */
export function variants(node: SchemaNode): readonly SchemaNode[] {
  return node.anyOf ?? node.oneOf ?? [node]
}

/** Every simple type a value may have; `const` and `enum` come with theirs. */
export function typesOf(node: SchemaNode): readonly string[] {
  const own = node.type === undefined ? [] : [node.type].flat()
  return [...own, ...[...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap(typesOf)]
}

/** True for a key that takes `{env: NAME}`: its value is a secret. */
export function isSecret(node: SchemaNode): boolean {
  return variants(node).some(
    (variant) => isReference(variant.properties ?? {}) || (variant !== node && isSecret(variant)),
  )
}

/** `{env: NAME}` and nothing else: a section may well have a key of that name. */
const isReference = (properties: object) => Object.keys(properties).join() === 'env'

/** True for a key whose value is a secret, or may hold one. */
export function isHidden(node: SchemaNode): boolean {
  const entries = typeof node.additionalProperties === 'object' ? node.additionalProperties : {}
  return node.sensitive === true || isSecret(node) || isSecret(entries)
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
  const known = propertiesOf(node, value)
  if (Object.hasOwn(known, key)) return known[key]
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
