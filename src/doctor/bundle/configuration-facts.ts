import { withoutSecrets } from '../../config/effective.ts'
import { configJsonSchema } from '../../config/json-schema.ts'
import type { LoadedConfig } from '../../config/load.ts'

/** What `signpost.yaml` sets, without secrets and without free text about people. Names in it are not scrubbed yet. */
export function configurationFacts({ values, exists }: LoadedConfig): Record<string, unknown> {
  return { exists, values: withoutFreeText(withoutSecrets(values, configJsonSchema()), '') }
}

/** Texts of the operator's own, in which nothing tells names from other words. */
const freeText = /^(notifications\.email\.placeholders\.[^.]+|terms\.[^.]+\.[^.]+\.name)$/

function withoutFreeText(value: unknown, path: string): unknown {
  if (typeof value === 'string') {
    if (freeText.test(path)) return `[text of ${value.length} characters]`
    // The name before the address: `Example School <matrix@example.org>`.
    return path === 'notifications.email.from' ? value.replace(/^.*<(.*)>\s*$/, '<$1>') : value
  }
  if (Array.isArray(value)) return value.map((each) => withoutFreeText(each, path))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, member]) => [
    name,
    withoutFreeText(member, path === '' ? name : `${path}.${name}`),
  ])
  return Object.fromEntries(entries)
}
