import {
  configJsonSchema,
  isHidden,
  isSecret,
  propertiesOf,
  typesOf,
  variants,
  type SchemaNode,
} from './json-schema.ts'
import { durationPattern } from './types.ts'

/** One key of the configuration, as the reference and the settings page show it. */
export interface ConfigKey {
  /** `lookup.pepper.grace`; `[]` stands for the items of a list: `backends[].id`. */
  readonly path: string
  /** Readable: `duration`, `whole number, 1 to 100000`, `list of texts`, `secret`. */
  readonly type: string
  /** As written in YAML (durations as text); `undefined` when the key has to be given, `null` when it may be empty. */
  readonly default: unknown
  readonly description: string
  readonly restart: boolean
  /** True when the value is a secret or may hold one: never print it. */
  readonly hidden: boolean
  readonly unit?: string
  readonly example?: unknown
  /** The words to choose from, where there is a choice. */
  readonly values?: readonly string[]
  /** The choice this key belongs to: `type: postgres`. */
  readonly when?: string
}

/** Every key of `signpost.yaml`, in the order of the schema. */
export function describeConfig(schema: SchemaNode = configJsonSchema()): readonly ConfigKey[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, node]) => describeNode(node, key, true))
}

function describeNode(node: SchemaNode, path: string, optional: boolean, when?: string): ConfigKey[] {
  const members = membersOf(node)
  if (members !== undefined) {
    const choice = members.length > 1
    const keys = mergeVariants(members.flatMap((member) => describeSection(member, path, choice)))
    return keys.map((key) =>
      key.default === undefined ? { ...key, default: defaultIn(node, path, key) } : key,
    )
  }
  const leaf = describeLeaf(node, path, optional, when)
  const items = node.items === undefined ? undefined : membersOf(node.items)
  if (items === undefined) return [leaf]
  return [leaf, ...mergeVariants(items.flatMap((item) => describeSection(item, `${path}[]`, true)))]
}

function describeSection(node: SchemaNode, path: string, choice: boolean): ConfigKey[] {
  const entries = Object.entries(propertiesOf(node))
  const constant = entries.find(([, property]) => property.const !== undefined)
  const when = choice && constant !== undefined ? `${constant[0]}: ${String(constant[1].const)}` : undefined
  return entries.flatMap(([key, property]) => {
    const optional = !(node.required ?? []).includes(key)
    return describeNode(property, `${path}.${key}`, optional, property.const === undefined ? when : undefined)
  })
}

/** A required key can still have a value from the default of its section: `storage` is `{type: sqlite}`. */
function defaultIn(section: SchemaNode, path: string, key: ConfigKey): unknown {
  const values: unknown = section.default
  const name = key.path.slice(path.length + 1)
  return typeof values === 'object' && values !== null ? (values as Record<string, unknown>)[name] : undefined
}

/** The sections a node may be: none for a value, one for a section, several for a choice (`storage`). */
function membersOf(node: SchemaNode): readonly SchemaNode[] | undefined {
  if (isSecret(node)) return undefined
  const all = variants(node).filter((variant) => variant.properties !== undefined)
  return all.length > 0 && node.description === undefined ? all : undefined
}

/** The word that tells the variants apart (`type`) becomes one key with several values. */
function mergeVariants(keys: readonly ConfigKey[]): ConfigKey[] {
  const merged = new Map<string, ConfigKey>()
  for (const key of keys) {
    const id = key.values === undefined ? `${key.path} ${key.when ?? ''}` : key.path
    const earlier = merged.get(id)
    if (earlier?.values === undefined || key.values === undefined) merged.set(id, key)
    else {
      const values = [...earlier.values, ...key.values]
      const description = `${earlier.description} ${key.description}`
      merged.set(id, { ...earlier, values, type: 'one of the values', description })
    }
  }
  return [...merged.values()]
}

function describeLeaf(node: SchemaNode, path: string, optional: boolean, when?: string): ConfigKey {
  const values = choices(node)
  const constant = node.const === undefined ? '' : `${String(node.const)}: `
  return {
    path,
    type: readableType(node),
    default: node.default ?? (optional ? null : undefined),
    description: node.description === undefined ? '' : constant + node.description,
    restart: node.restart ?? false,
    hidden: isHidden(node),
    ...(node.unit === undefined ? {} : { unit: node.unit }),
    ...(node.example === undefined ? {} : { example: node.example }),
    ...(values === undefined ? {} : { values }),
    ...(when === undefined ? {} : { when }),
  }
}

function choices(node: SchemaNode): readonly string[] | undefined {
  if (node.const !== undefined) return [String(node.const)]
  return (node.enum ?? node.items?.enum)?.map(String)
}

/** The type of a value in words. */
export function readableType(node: SchemaNode): string {
  if (isSecret(node)) return 'secret'
  const value = variants(node).find((variant) => variant.type !== 'null') ?? node
  if (value.const !== undefined || value.enum !== undefined) return 'one of the values'
  if (value.pattern === durationPattern.source) return 'duration'
  if (value.format === 'uri') return 'URL'
  const types = typesOf(value)
  if (types.includes('array')) return `list of ${plural(value.items ?? {})}`
  if (types.includes('integer')) return `whole number${range(value)}`
  if (types.includes('number')) return `number${range(value)}`
  if (types.includes('boolean')) return 'true or false'
  if (types.includes('object')) return readableMap(value)
  return 'text'
}

function readableMap(node: SchemaNode): string {
  const value = typeof node.additionalProperties === 'object' ? node.additionalProperties : {}
  return value.properties === undefined ? `map of names to ${plural(value)}` : 'map of names to settings'
}

function plural(node: SchemaNode): string {
  if (membersOf(node) !== undefined) return 'entries'
  const type = readableType(node)
  return type === 'one of the values' ? 'the values' : `${type}s`
}

function range({ minimum, maximum, exclusiveMinimum }: SchemaNode): string {
  const bounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER
  if (exclusiveMinimum !== undefined) return `, more than ${exclusiveMinimum}`
  if (minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER) {
    return bounded ? `, ${minimum} to ${maximum}` : `, at least ${minimum}`
  }
  return bounded ? `, at most ${maximum}` : ''
}
