import type { z } from 'zod'
import { readableType } from './describe.ts'
import { childSchema, isHidden, propertiesOf, typesOf, variants, type SchemaNode } from './json-schema.ts'
import { formatPath, type Finding, type KeyPath } from './problems.ts'
import { findKey, nearest } from './suggest.ts'

/** A Zod issue in words. `issue.message` is the schema's own text, or empty where the schema has none. */
export function explainIssue(
  issue: z.core.$ZodIssue,
  schema: SchemaNode,
  values: unknown,
): readonly Finding[] {
  const keys = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))
  const { node, value, hidden } = lookUp(schema, values, keys)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => explainUnknownKey(key, keys, schema, node, value))
  }
  if (issue.code === 'invalid_key') return [explainName(issue, keys)]
  if (keys.length === 0) {
    return [
      {
        keys,
        message: 'The file does not hold any keys.',
        fix: 'Begin with a section, for example "matrix:".',
      },
    ]
  }
  return [{ keys, message: whatIsWrong(issue, value, node, hidden), fix: whatToWrite(issue, node, value) }]
}

function lookUp(schema: SchemaNode, values: unknown, keys: KeyPath) {
  let node: SchemaNode = schema
  let value = values
  let hidden = false
  for (const key of keys) {
    node = childSchema(node, key, value) ?? {}
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
    hidden ||= isHidden(node)
  }
  return { node, value, hidden }
}

function explainUnknownKey(
  key: string,
  parent: KeyPath,
  schema: SchemaNode,
  node: SchemaNode,
  value: unknown,
): Finding {
  const siblings = Object.keys(propertiesOf(node, value)).filter((sibling) => sibling !== key)
  const message = `There is no key "${key}" ${parent.length === 0 ? 'at the top level' : `in ${formatPath(parent)}`}.`
  const keys = [...parent, key]
  const suggestion = nearest(key, siblings)
  if (suggestion !== undefined) return { keys, message, fix: `Did you mean "${suggestion}"?`, suggestion }
  const elsewhere = findKey(schema, key).filter((path) => path !== formatPath(keys))
  if (elsewhere.length > 0) {
    return { keys, message, fix: `The key belongs elsewhere: ${elsewhere.slice(0, 4).join(', ')}.` }
  }
  if (key === '<<') return { keys, message, fix: 'Write the keys out; YAML 1.2 has no merge key.' }
  return { keys, message, fix: `Remove it. Keys that can stand here: ${siblings.join(', ')}.` }
}

function explainName(issue: z.core.$ZodIssueInvalidKey, keys: KeyPath): Finding {
  const fix = issue.issues.map(({ message }) => message).find((text) => text !== '') ?? 'Choose another name.'
  return { keys, message: `"${String(keys.at(-1))}" cannot be used as a name.`, fix }
}

function whatIsWrong(issue: z.core.$ZodIssue, value: unknown, node: SchemaNode, hidden: boolean): string {
  if (value === undefined) return 'This key is missing.'
  if (value === null) return 'The entry is empty.'
  const shown = hidden ? 'The value' : show(value)
  switch (issue.code) {
    case 'too_small':
      return Array.isArray(value) || value === '' ? 'The value is empty.' : `${shown} is too small.`
    case 'too_big':
      return `${shown} is too large.`
    case 'invalid_type':
    case 'invalid_union':
      // A value in the place of a section is not repeated: it may be a secret that belongs deeper.
      return describesSection(node)
        ? 'A value stands where keys are expected.'
        : `${shown} cannot be used here.`
    default:
      return `${shown} cannot be used here.`
  }
}

/** Words that YAML 1.1 read as true or false, and YAML 1.2 reads as text. */
const formerBooleans = new Map([
  ['yes', true],
  ['on', true],
  ['y', true],
  ['no', false],
  ['off', false],
  ['n', false],
])

function whatToWrite(issue: z.core.$ZodIssue, node: SchemaNode, value: unknown): string {
  if (issue.message !== '') return withDefault(issue.message, node)
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) return oneOf(unionOptions(issue))
  if (issue.code === 'invalid_value') return choice(issue.values.map(String), value, node)
  if (typesOf(node).includes('boolean') && typeof value === 'string') {
    const meant = formerBooleans.get(value.toLowerCase())
    if (meant !== undefined) return `Write ${meant}: "${value}" is only a word here (YAML 1.2).`
  }
  if (describesSection(node)) return `Write keys below it, indented by two spaces: ${sectionKeys(node)}.`
  if (typesOf(node).includes('array') && typeof value === 'string') {
    return `Write a list, in brackets: [${JSON.stringify(value)}]`
  }
  if (typesOf(node).includes('string') && typeof value === 'object' && value !== null) {
    return 'Write one text; text with { } [ ] or ": " in it needs quotes around it.'
  }
  return withDefault(`Write ${article(readableType(node))}.`, node)
}

const sectionKeys = (node: SchemaNode) => Object.keys(propertiesOf(node)).join(', ')

const describesSection = (node: SchemaNode) =>
  !isHidden(node) && variants(node).some(({ properties }) => properties !== undefined)

function choice(options: readonly string[], value: unknown, node: SchemaNode): string {
  const meant = typeof value === 'string' ? nearest(value, options) : undefined
  return meant === undefined
    ? withDefault(oneOf(options), node)
    : `Did you mean "${meant}"? ${oneOf(options)}`
}

function oneOf(options: readonly string[]): string {
  if (options.length <= 1) return `Write ${options.join('')}.`
  return `Write ${options.slice(0, -1).join(', ')} or ${options.at(-1)}.`
}

const unionOptions = (issue: z.core.$ZodIssueInvalidUnion) =>
  'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : []

function article(type: string): string {
  if (type === 'URL') return 'a whole URL, like https://example.org'
  return type === 'true or false' || type === 'text' ? type : `a ${type}`
}

function withDefault(fix: string, { default: value, example }: SchemaNode): string {
  if (typeof example === 'string') return `${fix} For example: ${example}`
  const simple =
    typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value !== '')
  return simple ? `${fix} Left out, it is ${String(value)}.` : fix
}

/** A value in a message: short, on one line. */
function show(value: unknown): string {
  if (Array.isArray(value)) return 'A list'
  if (typeof value === 'object' && value !== null) return 'A group of keys'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text
}
