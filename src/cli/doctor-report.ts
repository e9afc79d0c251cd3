import { areas, type Finding } from '../doctor/check.ts'

export type StatusCounts = Readonly<Record<Finding['status'], number>>

export function countByStatus(findings: readonly Finding[]): StatusCounts {
  const count = (status: Finding['status']) => findings.filter((one) => one.status === status).length
  return { problem: count('problem'), warning: count('warning'), ok: count('ok'), skipped: count('skipped') }
}

/** The report for a terminal: what is wrong first, each with cause and fix; what is fine only when asked for. */
export function reportLines(findings: readonly Finding[], verbose: boolean): readonly string[] {
  const inOrder = findings.toSorted((a, b) => areaRank(a) - areaRank(b))
  const of = (status: Finding['status']) => inOrder.filter((one) => one.status === status)
  const fine = of('ok')
  const skipped = of('skipped')
  return [
    ...of('problem').flatMap((one) => faultLines('PROBLEM', one)),
    ...of('warning').flatMap((one) => faultLines('WARNING', one)),
    ...(verbose ? [...fine.map(lineOfFine), ''] : []),
    ...(skipped.length > 0 ? ['Not checked:', ...skippedLines(skipped), ''] : []),
    summary(countByStatus(findings), verbose),
  ]
}

const areaNames = Object.keys(areas)
const areaRank = ({ area }: Finding) => areaNames.indexOf(area)

function faultLines(
  label: string,
  { code, area, subject, detail, cause, fix, link }: Finding,
): readonly string[] {
  return [
    `${label}  ${code}${subject === null ? '' : ` (${subject})`}  -  ${areas[area]}`,
    `  ${detail}`,
    ...(cause === null ? [] : [`  Cause: ${cause}`]),
    ...(fix === null ? [] : [`  Fix:   ${fix}`]),
    ...(link === null ? [] : [`  More:  ${link}`]),
    '',
  ]
}

/** By reason: one missing thing usually keeps many checks from looking. */
function skippedLines(skipped: readonly Finding[]): readonly string[] {
  return [...Map.groupBy(skipped, ({ detail }) => detail)].map(
    ([reason, those]) => `  ${reason} (${those.map(({ code }) => code).join(', ')})`,
  )
}

function lineOfFine({ title, subject, detail, ms }: Finding): string {
  return `ok       ${title}${subject === null ? '' : ` (${subject})`}: ${detail} (${ms} ms)`
}

function summary({ problem, warning, ok, skipped }: StatusCounts, verbose: boolean): string {
  const parts = [
    problem === 0 ? 'No problems' : `${problem} problem${problem === 1 ? '' : 's'}`,
    `${warning} warning${warning === 1 ? '' : 's'}`,
    `${ok} fine`,
    `${skipped} not checked`,
  ]
  return `${parts.join(', ')}.${verbose ? '' : ' What is fine: --verbose'}`
}
