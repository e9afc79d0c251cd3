import { formatPath } from '../../config/problems.ts'
import type { Config } from '../../config/schema.ts'
import type { Resolver } from '../../net/resolver.ts'
import { changeFiles, withoutDoubles, type Change } from './change.ts'
import { checkAddresses } from './checks/addresses.ts'
import { checkDirectory } from './checks/directory.ts'
import { checkFiles } from './checks/files.ts'
import { checkIdentity } from './checks/identity.ts'
import { checkInvitations } from './checks/invitations.ts'
import { checkListeners } from './checks/listeners.ts'
import { checkLogin } from './checks/login.ts'
import { checkNetwork } from './checks/network.ts'
import { checkPace } from './checks/pace.ts'
import { checkRegistration } from './checks/registration.ts'
import type { Finding, Seen, Severity } from './finding.ts'
import { readSettings } from './settings.ts'
import { fileOf, lineOf, mergeFiles, parseFile, type HomeserverFile, type ParsedFile } from './source.ts'
import { readerWorld, type ReaderWorld } from './world.ts'

export type { Change } from './change.ts'
export type { Finding, Severity } from './finding.ts'
export type { HomeserverFile } from './source.ts'

export interface HomeserverReport {
  /** Problems first, then warnings, then notes. */
  readonly findings: readonly Finding[]
  readonly change: Change
}

export interface ReadOptions {
  /** Finds our own public name, as this machine sees it. */
  readonly resolver: Resolver
}

const checks: readonly ((world: ReaderWorld) => Iterable<Seen>)[] = [
  checkIdentity,
  checkNetwork,
  checkListeners,
  checkAddresses,
  checkInvitations,
  checkPace,
  checkRegistration,
  checkLogin,
  checkDirectory,
]

/**
 * What in the configuration of a Synapse stands in Signpost's way, and the smallest change that mends it. `files` in the
 * order in which Synapse reads them (a directory: by name). Nothing but the public name of Signpost is asked outside;
 * secrets of the files are in no finding and in no diff.
 */
export async function readHomeserverYaml(
  files: readonly HomeserverFile[],
  config: Config,
  { resolver }: ReadOptions,
): Promise<HomeserverReport> {
  const parsed = files.map(parseFile)
  const broken = parsed.filter(({ brokenAt }) => brokenAt !== null)
  if (broken.length > 0) {
    return { findings: broken.map(brokenFile), change: { diff: '', files: [] } }
  }
  const { settings, unreadable } = readSettings(mergeFiles(parsed))
  const world = await readerWorld(settings, config, resolver)
  const seen = [...checkFiles(parsed, unreadable), ...checks.flatMap((check) => [...check(world)])]
  const edits = seen.flatMap((each) => (each.severity === 'note' ? [] : (each.edits ?? [])))
  return {
    findings: bySeverity(seen).map((each) => asFinding(each, parsed)),
    change: changeFiles(parsed, withoutDoubles(edits)),
  }
}

const ranks: Readonly<Record<Severity, number>> = { problem: 0, warning: 1, note: 2 }

const bySeverity = (seen: readonly Seen[]) => [...seen].sort((a, b) => ranks[a.severity] - ranks[b.severity])

function asFinding({ code, severity, keys, detail, why, fix }: Seen, files: readonly ParsedFile[]): Finding {
  const file = fileOf(files, keys)
  const line = file === null ? null : lineOf(file, keys)
  return { code, severity, path: formatPath(keys), file: file?.name ?? null, line, detail, why, fix }
}

/** What the parser says may quote the line, and the line may hold a secret. */
function brokenFile({ name, brokenAt }: ParsedFile): Finding {
  return {
    code: 'yaml-broken',
    severity: 'problem',
    path: '',
    file: name,
    line: brokenAt,
    detail: `${name} is not valid YAML.`,
    why: 'Synapse does not start with it, and nothing in it can be checked.',
    fix: 'Look at the line and those above it: a bracket or quotation mark that is not closed, a tab, a missing colon.',
  }
}
