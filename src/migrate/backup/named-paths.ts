import { isAbsolute, win32 } from 'node:path'
import { childSchema, configJsonSchema, isHidden, type SchemaNode } from '../../config/json-schema.ts'
import { formatPath, type KeyPath } from '../../config/problems.ts'

export interface NamedPath {
  /** The key of `signpost.yaml`: `server.tls.files.certificate`. */
  readonly key: string
  readonly path: string
}

/**
 * Absolute paths in the values of `signpost.yaml`, on whatever platform they were written. They may lead elsewhere, or
 * nowhere, on the machine to which a backup is restored. Values that are or may hold secrets are left alone, but for
 * the name of the file that holds one.
 */
export function namedPaths(values: unknown): readonly NamedPath[] {
  return pathsIn(values, configJsonSchema(), [])
}

function pathsIn(value: unknown, node: SchemaNode, keys: KeyPath): readonly NamedPath[] {
  if (typeof value === 'object' && value !== null) {
    if (isHidden(node)) return 'file' in value ? pathsIn(value.file, {}, keys) : []
    const members: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
      ? value.map((item, index) => [index, item] as const)
      : Object.entries(value)
    return members.flatMap(([key, member]) =>
      pathsIn(member, childSchema(node, key, value) ?? {}, [...keys, key]),
    )
  }
  if (typeof value !== 'string' || isHidden(node)) return []
  return isAbsolute(value) ||
    /^[A-Za-z]:[\\/]/.test(value) ||
    (win32.isAbsolute(value) && value.startsWith('\\\\'))
    ? [{ key: formatPath(keys), path: value }]
    : []
}
