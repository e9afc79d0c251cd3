import { readFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import { createBackendContext } from '../backends/context.ts'
import { asBackendFailure } from '../backends/failure.ts'
import { guessLdap, type GuessSettings, type LdapGuess } from '../backends/ldap/guess.ts'
import { backendSections } from '../backends/sections.ts'
import { createWorld } from '../backends/world.ts'
import { explainSystemError, systemErrorFix } from '../config/file-error.ts'
import { loadConfig } from '../config/load.ts'
import { OperatorError } from '../config/operator-error.ts'
import { describePerson, maskedPerson } from './backend-check.ts'
import type { BackendCommandOptions } from './backend-commands.ts'
import { commandRuntime } from './command-runtime.ts'
import { exitCodes } from './config-commands.ts'
import type { DataContext } from './open-data.ts'
import { worldOf } from './open-directories.ts'

const GUESS_TIMEOUT_MS = 30_000

/** `signpost backend guess URL`: looks into a directory and prints a section that probably fits it. Exit code 1 on failure. */
export async function guessBackend(
  io: DataContext,
  url: string,
  options: BackendCommandOptions,
): Promise<number> {
  const runtime = commandRuntime()
  const { config } = await loadConfig(io.dataDir)
  const settings: GuessSettings = {
    servers: [url],
    startTls: options.startTls,
    caFile: options.caFile,
    verifyCertificate: true,
    bindDn: options.bindDn,
    bindPassword: options.passwordFile === null ? null : await readPassword(options.passwordFile),
  }
  const section = backendSections.parse({ id: 'directory', type: 'ldap', servers: [url] })
  const world = createWorld(await worldOf(io, config, runtime), runtime, null)
  try {
    const context = createBackendContext(section, world)
    const guess = await guessLdap(settings, context, AbortSignal.timeout(GUESS_TIMEOUT_MS))
    report(io, guess, settings, options)
    return exitCodes.fine
  } catch (error) {
    const { code, message, fix } = asBackendFailure(error)
    if (io.json) io.out(JSON.stringify({ ok: false, failure: { code, message, fix } }))
    else for (const line of [message, `  Fix: ${fix}`]) io.err(line)
    return exitCodes.unexpected
  }
}

async function readPassword(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
  } catch (cause) {
    throw new OperatorError('input-unreadable', {
      tried: `read ${file}`,
      likelyCause: explainSystemError(cause, file),
      fix: systemErrorFix(cause, file, 'read'),
      cause,
    })
  }
}

function report(
  io: DataContext,
  guess: LdapGuess,
  settings: GuessSettings,
  options: BackendCommandOptions,
): void {
  const people = options.full ? guess.sample : guess.sample.map(maskedPerson)
  const section = sectionOf(guess, settings, options)
  if (io.json) {
    io.out(JSON.stringify({ ok: true, section, reasons: guess.reasons, sample: people }))
    return
  }
  for (const reason of guess.reasons) io.out(`# ${reason}`)
  io.out(stringify({ backends: [section] }, { lineWidth: 0 }).trimEnd())
  io.out('')
  io.out(`# The first of ${guess.sample.length} people, as they would be known:`)
  for (const line of people.slice(0, 5).flatMap(describePerson)) io.out(`# ${line.trim()}`)
}

/** What can be pasted: the password stays in its file. */
function sectionOf(
  { preset, bases, attributes }: LdapGuess,
  settings: GuessSettings,
  options: BackendCommandOptions,
) {
  const { servers, startTls, caFile, bindDn } = settings
  return {
    ...{ id: 'directory', type: 'ldap', servers, preset },
    ...(startTls ? { startTls } : {}),
    ...(caFile === null ? {} : { caFile }),
    ...(bindDn === null ? {} : { bindDn }),
    ...(options.passwordFile === null ? {} : { bindPassword: { file: options.passwordFile } }),
    bases,
    attributes,
  }
}
