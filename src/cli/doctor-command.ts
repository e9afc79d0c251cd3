import { areas, type Area, type Finding } from '../doctor/check.ts'
import { openDoctorWorld } from '../doctor/open-world.ts'
import { runDoctor } from '../doctor/run-doctor.ts'
import { nearest } from '../config/suggest.ts'
import { commandRuntime } from './command-runtime.ts'
import { exitCodes } from './config-commands.ts'
import { countByStatus, reportLines } from './doctor-report.ts'
import type { DataContext } from './open-data.ts'
import { parseWords, UsageError } from './usage-error.ts'

const areaNames = Object.keys(areas) as Area[]

const usage = [
  'Usage: signpost doctor [--only AREA] [--verbose] [--data DIR] [--json]',
  '',
  '  Looks at the installation and at everything around it, and says what is wrong, why, and what to do.',
  '  It changes nothing. With a running Signpost it also tries the way from the public URL to here.',
  '',
  `  --only AREA    only ${areaNames.join(', ')} (may be given several times)`,
  '  --verbose      also say what is fine, and what each check took',
  '',
  'Exit code: 0 when nothing is broken (there may be warnings), 1 when something is.',
]

interface DoctorCommand {
  readonly chosen: readonly Area[] | null
  readonly verbose: boolean
}

/** `signpost doctor ...`; `args` are the words after `doctor`. Exit code 1 when there is a problem. */
export async function runDoctorCommand(args: readonly string[], io: DataContext): Promise<number> {
  if (args.includes('--help') || args[0] === 'help') {
    for (const line of usage) io.out(line)
    return exitCodes.fine
  }
  let command: DoctorCommand
  try {
    command = readCommand(args)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    for (const line of [error.message, '', ...usage]) io.err(line)
    return exitCodes.usage
  }
  const { dataDir, env } = io
  const findings = await collect(dataDir, env, command.chosen)
  const counts = countByStatus(findings)
  const ok = counts.problem === 0
  if (io.json) io.out(JSON.stringify({ ok, counts, findings }))
  else for (const line of reportLines(findings, command.verbose)) io.out(line)
  return ok ? exitCodes.fine : exitCodes.unexpected
}

function readCommand(args: readonly string[]): DoctorCommand {
  const { values, positionals } = parseWords(args, {
    only: { type: 'string', multiple: true },
    verbose: { type: 'boolean', default: false },
  })
  if (positionals.length > 0) throw new UsageError(`"doctor" does not know "${positionals[0]}".`)
  return { chosen: values.only?.map(readArea) ?? null, verbose: values.verbose }
}

function readArea(text: string): Area {
  const area = areaNames.find((name) => name === text)
  if (area !== undefined) return area
  const meant = nearest(text, areaNames)
  throw new UsageError(`There is no area "${text}".${meant === undefined ? '' : ` Did you mean "${meant}"?`}`)
}

async function collect(
  dataDir: string,
  env: DataContext['env'],
  chosen: readonly Area[] | null,
): Promise<readonly Finding[]> {
  const world = openDoctorWorld({ dataDir, env, runtime: commandRuntime() })
  try {
    const findings: Finding[] = []
    for await (const finding of runDoctor(world, chosen === null ? {} : { areas: chosen })) {
      findings.push(finding)
    }
    return findings
  } finally {
    await world.close()
  }
}
