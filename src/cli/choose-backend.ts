import type { BackendConfig } from '../backends/sections.ts'
import type { Config } from '../config/schema.ts'
import { nearest } from '../config/suggest.ts'
import { UsageError } from './usage-error.ts'

/** The section of the backend that a command line names, enabled or not. Throws `UsageError`. */
export function chooseBackend({ backends }: Config, id: string): BackendConfig {
  const found = backends.find((each) => each.id === id)
  if (found !== undefined) return found
  const ids = backends.map((each) => each.id)
  const meant = nearest(id, ids)
  const hint = meant === undefined ? `There is: ${ids.join(', ') || 'none'}` : `Did you mean "${meant}"?`
  throw new UsageError(`signpost.yaml has no backend "${id}". ${hint}`)
}
