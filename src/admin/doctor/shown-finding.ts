import type { z } from 'zod'
import { allChecks } from '../../doctor/all-checks.ts'
import type { Fault, Finding } from '../../doctor/check.ts'
import { runnerFaults } from '../../doctor/runner-faults.ts'
import type { finding as findingShape } from './shapes.ts'

const faults = new Map<string, Fault>(
  [...allChecks.map((check) => check.faults), runnerFaults].flatMap((some) => Object.entries(some)),
)

/** A finding with what the console needs to say it in another language. */
export function shownFinding(finding: Finding): z.input<typeof findingShape> {
  const { code, cause, fix } = finding
  const usual = faults.get(code)
  return { ...finding, isUsual: { cause: cause === usual?.cause, fix: fix === usual?.fix } }
}
