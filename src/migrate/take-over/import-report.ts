import { z } from 'zod'
import { rules, type FindingCode } from '../import/findings.ts'
import type { ImportPlan } from '../import/plan.ts'
import { sectionNames } from '../import/data.ts'
import { sourceKinds } from '../import/source.ts'

const count = z.int()

/** What an import would do or has done, without a secret. Addresses are in full: it is for the operator. */
export const importReportSchema = z.object({
  kind: z.enum(sourceKinds),
  configPath: z.string(),
  domain: z.string(),
  database: z.enum(['sqlite', 'postgres']).nullable(),
  /** To be read first; sentences. */
  warnings: z.array(z.string()),
  keys: z.array(
    z.strictObject({
      id: z.string(),
      publicKey: z.string(),
      outcome: z.enum(['signs', 'published', 'there', 'renamed']),
    }),
  ),
  /** Numbers of rows: `kept` are older than what is here. */
  sections: z.array(
    z.strictObject({
      section: z.enum(sectionNames),
      added: count,
      replaced: count,
      unchanged: count,
      kept: count,
    }),
  ),
  /** Odd rows and conflicts, each with the rule that was followed. */
  findings: z.array(
    z.strictObject({
      code: z.enum(Object.keys(rules) as [FindingCode, ...FindingCode[]]),
      rule: z.string(),
      count,
      examples: z.array(z.strictObject({ row: z.string(), detail: z.string() })),
    }),
  ),
  settings: z.array(
    z.strictObject({
      /** Key of the other server; empty for a default of it. */
      from: z.string(),
      fate: z.enum(['same', 'adapted', 'default', 'obsolete', 'lost', 'unknown', 'kept']),
      /** Key of signpost.yaml. */
      to: z.string().nullable(),
      value: z.unknown(),
      note: z.string(),
    }),
  ),
  templates: z.array(z.strictObject({ from: z.string(), files: z.array(z.string()), note: z.string() })),
  /** Tables that stay behind. */
  leftTables: z.array(z.strictObject({ table: z.string(), rows: count, reason: z.string() })),
})

export type ImportReport = z.output<typeof importReportSchema>

/** The report of a plan; `source` stays behind, which may hold a password. */
export function reportOf({ source, choices: _choices, ...plan }: ImportPlan): ImportReport {
  return importReportSchema.parse({ kind: source.kind, ...plan })
}
