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
    const keys = describeMembers(members, path, members.length > 1, when)
    return keys.map((key) =>
      key.default === undefined ? { ...key, default: defaultIn(node, path, key) } : key,
    )
  }
  const leaf = describeLeaf(node, path, optional, when)
  const items = node.items === undefined ? undefined : membersOf(node.items)
  return items === undefined ? [leaf] : [leaf, ...describeMembers(items, `${path}[]`, true, when)]
}

/** The keys of a section, or of all sections that may stand in its place. */
function describeMembers(
  members: readonly SchemaNode[],
  path: string,
  choice: boolean,
  when?: string,
): ConfigKey[] {
  const keys = members.flatMap((member) => describeSection(member, path, choice, when))
  return mergeVariants(keys, members.length, when)
}

function describeSection(node: SchemaNode, path: string, choice: boolean, outer?: string): ConfigKey[] {
  const entries = Object.entries(propertiesOf(node))
  // A variant may stand for several values of the word that tells the variants apart.
  const word = choice
    ? entries.find(([key, { const: value, enum: values }]) => value ?? (key === 'type' && values))
    : undefined
  const own = word === undefined ? undefined : `${word[0]}: ${(choices(word[1]) ?? []).join(', ')}`
  const when = own === undefined ? outer : within(outer, path, own)
  return entries.flatMap(([key, property]) => {
    const optional = !(node.required ?? []).includes(key)
    return describeNode(property, `${path}.${key}`, optional, key === word?.[0] ? outer : when)
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

/**
 * One key where several variants have the same: the word that tells them apart (`type`) gets all its values, a key that
 * means the same in several names them together, and one that all of them have needs no condition.
 */
function mergeVariants(keys: readonly ConfigKey[], variantCount: number, outer?: string): ConfigKey[] {
  const words = new Set(keys.filter(isDiscriminator).map(({ path }) => path))
  const groups = Map.groupBy(keys, (key) => (words.has(key.path) ? key.path : meaningOf(key)))
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    if (words.has(first.path)) return [mergeDiscriminator(group, first)]
    const conditions = group.flatMap(({ when }) => when ?? [])
    const { when: _when, ...rest } = first
    const when = group.length === variantCount ? outer : joinConditions(conditions)
    return [when === undefined ? rest : { ...rest, when }]
  })
}

/** `constant: ` stands before the text of a constant, see `describeLeaf`. */
const isDiscriminator = ({ values, description }: ConfigKey) =>
  values?.length === 1 && description.startsWith(`${values[0]}: `)

function mergeDiscriminator(group: readonly ConfigKey[], first: ConfigKey): ConfigKey {
  if (group.length === 1) return first
  const values = group.flatMap((key) => key.values ?? [])
  const description = group.map((key) => key.description).join(' ')
  return { ...first, values, type: 'one of the values', description }
}

const meaningOf = ({ when: _when, ...key }: ConfigKey) => JSON.stringify(key)

/** A choice within a choice: `type: sql; connection.type: sqlite`. */
function within(outer: string | undefined, path: string, own: string): string {
  return outer === undefined ? own : `${outer}; ${path.split('.').at(-1)}.${own}`
}

/** `type: ldap` and `type: sql` as `type: ldap, sql`, also where the same further condition follows. */
function joinConditions(conditions: readonly string[]): string | undefined {
  const [first] = conditions
  if (first === undefined) return undefined
  const differing = first
    .split('; ')
    .findIndex((part) => !conditions.every((one) => one.split('; ').includes(part)))
  if (differing < 0) return first
  const parts = conditions.map((condition) => condition.split('; '))
  const others = parts.map((each) => each.toSpliced(differing, 1).join('; '))
  // Two differences at once: no shorter way to say it.
  if (new Set(others).size > 1) return [...new Set(conditions)].join(' or ')
  const values = parts.map((each) => (each[differing] ?? '').replace(/^[^:]*: /, ''))
  const name = (parts[0]?.[differing] ?? '').replace(/: .*/, '')
  return parts[0]?.with(differing, `${name}: ${values.join(', ')}`).join('; ')
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
