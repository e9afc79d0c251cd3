import { stringify } from 'yaml'
import { backendSections, type BackendConfig } from '../../backends/sections.ts'
import { configJsonSchema, type SchemaNode } from '../../config/json-schema.ts'
import { configFileName, parseConfig } from '../../config/load.ts'
import { ConfigError } from '../../config/problems.ts'
import type { Sealer } from '../../config/sealing.ts'
import { hideSecrets, restoreSecrets } from '../../config/secret-values.ts'
import { AdminError, type FieldProblem } from '../api/errors.ts'
import { schemaAt } from '../changes/undo-data.ts'

/** A section of `backends` as it stands in the file. */
export type SectionValues = Readonly<Record<string, unknown>>

const listSchema = (): SchemaNode => schemaAt(configJsonSchema(), ['backends'], {})

/** The sections of a configuration that was read already; where the file names none, those that count then. */
export function sectionsIn(values: Readonly<Record<string, unknown>>): readonly SectionValues[] {
  const sections = values['backends'] ?? listSchema().default
  return Array.isArray(sections) ? (sections as SectionValues[]) : []
}

/** Sections as they may leave the server. */
export function shownSections(sections: readonly SectionValues[]): readonly SectionValues[] {
  return hideSecrets(sections, listSchema()) as readonly SectionValues[]
}

/** The section with its secrets: those that are `{set: true}` from the former one of the same id, typed ones sealed. */
export function restoredSection(
  section: SectionValues,
  former: readonly SectionValues[],
  sealer: Pick<Sealer, 'seal'>,
): SectionValues {
  const [restored = section] = restoreSecrets([section], former, listSchema(), sealer) as SectionValues[]
  return restored
}

/**
 * Reads a section by itself, with the words that the whole file would get.
 * @throws AdminError `config-invalid`; the paths of its problems start within the section.
 */
export function readSection(section: SectionValues): BackendConfig {
  try {
    const [read] = parseConfig(stringify({ backends: [section] }), configFileName).config.backends
    return read ?? backendSections.parse(section)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new AdminError('config-invalid', { problems: error.problems.map(withinSection) })
  }
}

const withinSection = ({ path, message, fix }: FieldProblem & { readonly fix: string }): FieldProblem => ({
  path: path.replace(/^backends\[0\]\.?/, ''),
  message,
  fix,
})
