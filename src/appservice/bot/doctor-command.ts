/** What the bot needs to know of a finding; those of `doctor/` have more. */
export interface BotFinding {
  readonly status: 'ok' | 'warning' | 'problem' | 'skipped'
  readonly subject: string | null
  readonly detail: string
  readonly fix: string | null
}

export interface DoctorCommandOptions {
  /** Looks at the whole installation. Takes up to ten seconds. */
  readonly examine: () => Promise<readonly BotFinding[]>
}

const SHOWN = 10

/** `!doctor`: what is wrong, problems first. */
export async function askDoctor({ examine }: DoctorCommandOptions): Promise<string> {
  const findings = await examine()
  const of = (status: BotFinding['status']) => findings.filter((finding) => finding.status === status)
  const [problems, warnings] = [of('problem'), of('warning')]
  const lines = [
    ...problems.map((finding) => line('Problem', finding)),
    ...warnings.map((finding) => line('Warning', finding)),
  ]
  const more = lines.length - SHOWN
  return [
    problems.length === 0 && warnings.length === 0
      ? `All is well: ${of('ok').length} checks.`
      : `Problems: ${problems.length}, warnings: ${warnings.length}.`,
    ...lines.slice(0, SHOWN),
    ...(more > 0 ? [`and ${more} more: signpost doctor`] : []),
  ].join('\n')
}

function line(word: string, { subject, detail, fix }: BotFinding): string {
  const about = subject === null ? '' : ` (${subject})`
  return `${word}${about}: ${detail}${fix === null ? '' : `\n  ${fix}`}`
}
