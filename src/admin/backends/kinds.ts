import { describeConfig } from '../../config/describe.ts'
import { configJsonSchema, variants, type SchemaNode } from '../../config/json-schema.ts'
import type { HandlerAnswer } from '../api/route.ts'
import { schemaAt } from '../changes/undo-data.ts'
import type { backendsContract } from './contract.ts'

type Kinds = HandlerAnswer<(typeof backendsContract)['GET /api/backend-kinds']>['kinds']

/** Every kind of backend with its keys, from the schema of the configuration. */
export function describeKinds(): Kinds {
  const item: SchemaNode = schemaAt(configJsonSchema(), ['backends', 0], {})
  return variants(item).map((variant) => ({
    type: String(variant.properties?.['type']?.const),
    description: variant.properties?.['type']?.description ?? '',
    keys: describeConfig(variant).filter(({ path }) => path !== 'type'),
    required: (variant.required ?? []).filter((name) => name !== 'type'),
  }))
}
