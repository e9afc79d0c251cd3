import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { explainSystemError, systemErrorCode, systemErrorFix } from '../config/file-error.ts'
import { loadConfig } from '../config/load.ts'
import { OperatorError } from '../config/operator-error.ts'
import {
  readHomeserverYaml,
  type Finding,
  type HomeserverFile,
  type HomeserverReport,
  type Severity,
} from '../gateway/homeserver-yaml/read-homeserver-yaml.ts'
import { createResolver } from '../net/resolver.ts'
import { systemRandom } from '../system.ts'
import { exitCodes, type CommandOutput } from './command-output.ts'
import { orUsage } from './snippet-options.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = [
  'Usage: signpost homeserver-yaml FILE... [--diff] [--data DIR] [--json]',
  '',
  '  Reads the configuration of a Synapse and says what in it stands in the way of Signpost, and why. Several files',
  '  count in the order given, as Synapse reads them; a folder stands for its *.yaml files by name:',
  '    signpost homeserver-yaml /etc/matrix-synapse/homeserver.yaml /etc/matrix-synapse/conf.d',
  '  Nothing of the files leaves this machine, no secret of them is shown, and they are not changed.',
  '',
  '  --diff    only the smallest change, for: signpost homeserver-yaml FILE --diff | patch -p0',
  '',
  'Exit code: 0 when there is no problem (there may be warnings), 1 when there is one.',
]

/** Longest wait for DNS, which tells whether Synapse would refuse our address. */
const LOOKUP_TIMEOUT_MS = 3_000

/** `signpost homeserver-yaml FILE...`; `args` are the words after the command. Throws `OperatorError`. */
export async function runHomeserverYamlCommand(args: readonly string[], io: CommandOutput): Promise<number> {
  return await orUsage(io, args, usage, async () => {
    const { paths, diff } = readWords(args)
    const { config } = await loadConfig(io.dataDir)
    const resolver = createResolver({
      servers: config.network.dnsServers,
      timeoutMs: LOOKUP_TIMEOUT_MS,
      random: systemRandom,
    })
    const report = await readHomeserverYaml(await readFiles(paths), config, { resolver })
    const ok = report.findings.every(({ severity }) => severity !== 'problem')
    if (io.json) io.out(JSON.stringify({ ok, findings: report.findings, diff: report.change.diff }))
    else if (diff) printDiff(io, report)
    else for (const line of reportLines(report)) io.out(line)
    return ok ? exitCodes.fine : exitCodes.unexpected
  })
}

function readWords(args: readonly string[]) {
  const { values, positionals } = parseWords(args, { diff: { type: 'boolean', default: false } })
  if (positionals.length === 0) throw new UsageError('"homeserver-yaml" needs the file homeserver.yaml.')
  return { paths: positionals, diff: values.diff }
}

/** As Synapse takes `--config-path`: of a folder the files `*.yaml`, by name. */
async function readFiles(paths: readonly string[]): Promise<HomeserverFile[]> {
  const files: HomeserverFile[] = []
  for (const path of paths) {
    const names = await orExplain(path, async () =>
      (await stat(path)).isDirectory() ? await yamlFilesIn(path) : [path],
    )
    for (const name of names) files.push({ name, text: await orExplain(name, () => readFile(name, 'utf8')) })
  }
  return files
}

async function yamlFilesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => !entry.isDirectory() && entry.name.endsWith('.yaml'))
  return names.map(({ name }) => join(folder, name)).sort()
}

async function orExplain<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (systemErrorCode(cause) === undefined) throw cause
    throw new OperatorError('input-unreadable', {
      tried: `read ${path}`,
      likelyCause: explainSystemError(cause, path),
      fix:
        systemErrorCode(cause) === 'ENOENT'
          ? 'Check the name of the file and the folder you are in.'
          : systemErrorFix(cause, path, 'read'),
      cause,
    })
  }
}

/** The last newline is the printer's. */
function printDiff(io: CommandOutput, { change }: HomeserverReport): void {
  if (change.diff !== '') io.out(change.diff.replace(/\n$/, ''))
}

const headings: Readonly<Record<Severity, string>> = {
  problem: 'Problems',
  warning: 'Warnings',
  note: 'Good to know',
}

function reportLines({ findings, change }: HomeserverReport): string[] {
  if (findings.length === 0) return ['Nothing in the configuration of Synapse stands in the way.']
  const sections = (['problem', 'warning', 'note'] as const).flatMap((severity) => {
    const some = findings.filter((finding) => finding.severity === severity)
    return some.length === 0 ? [] : [headings[severity], '', ...some.flatMap(findingLines)]
  })
  if (change.diff === '') return sections.slice(0, -1)
  return [...sections, 'The smallest change', '', ...change.diff.trimEnd().split('\n'), '', ...advice]
}

const advice = [
  'Values to be chosen by you are not in it; see the fixes above. After a change: restart Synapse.',
]

function findingLines({ code, path, file, line, detail, why, fix }: Finding): string[] {
  const place = file === null ? '' : ` (${file}${line === null ? '' : `, line ${line}`})`
  return [
    `  ${path || 'Whole file'}${place}`,
    `    ${detail}`,
    `    ${why}`,
    ...(fix === null ? [] : [`    Fix: ${fix}`]),
    `    [${code}]`,
    '',
  ]
}
