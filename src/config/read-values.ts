import { isScalar } from 'yaml'
import { childSchema, typesOf, type SchemaNode } from './json-schema.ts'
import type { KeyPath } from './problems.ts'
import type { YamlSource } from './yaml-source.ts'

/**
 * The plain values of a document, read with the schema in hand:
 * - a key without a value (`lookup:`) counts as left out, unless the key may be null;
 * - where text is expected, an unquoted number stays as written, so that `+4930123`, `1.0` and `0123` lose nothing.
 */
export function readValues({ document, values }: YamlSource, schema: SchemaNode): unknown {
  return read(values, schema, [])

  function read(value: unknown, node: SchemaNode | undefined, keys: KeyPath): unknown {
    if (node === undefined) return value
    if (Array.isArray(value)) {
      return value.map((item, index) => read(item, childSchema(node, index), [...keys, index]))
    }
    if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value).flatMap(([key, member]) => {
        const schemaOfMember = childSchema(node, key, value)
        if (member === null && schemaOfMember !== undefined && !typesOf(schemaOfMember).includes('null'))
          return []
        return [[key, read(member, schemaOfMember, [...keys, key])] as const]
      })
      return Object.fromEntries(entries)
    }
    return typesOf(node).includes('string') ? asWritten(value, keys) : value
  }

  function asWritten(value: unknown, keys: KeyPath): unknown {
    if (typeof value !== 'number' && typeof value !== 'boolean' && typeof value !== 'bigint') return value
    const scalar = document.getIn(keys, true)
    return isScalar(scalar) && scalar.source !== undefined ? scalar.source : String(value)
  }
}
