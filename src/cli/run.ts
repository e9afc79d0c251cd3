import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatOperatorError, OperatorError } from '../config/operator-error.ts'
import { ConfigError, formatProblems } from '../config/problems.ts'
import { nearest } from '../config/suggest.ts'
import type { ShellChannel } from '../desktop/channel.ts'
import { version } from '../version.ts'
import { exitCodes, type CommandOutput } from './config-commands.ts'

/** What the process lends to a command. */
export interface CommandContext extends CommandOutput {
  readonly env: Readonly<Record<string, string | undefined>>
  /** True when a person watches: the start explains itself. */
  readonly terminal: boolean
  /**
   * Resolves when the process is asked to stop (SIGINT, SIGTERM). From this call on, the command has to end by itself;
   * one that never calls it is ended by the signal.
   */
  readonly stopRequested: () => Promise<unknown>
  /** Calls back whenever the process is asked to read its configuration again (SIGHUP). Returns the way to end it. */
  readonly onReload: (callback: () => void) => () => void
  /** The channel to the desktop shell that started this process; null without one. */
  readonly shell?: ShellChannel | null
}

type Command = (args: readonly string[], context: CommandContext) => Promise<number>

/** Loaded on demand, so that `config check` does not pay for what only the server needs. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start-command.ts')).runStartCommand,
  config: async () => (await import('./config-commands.ts')).runConfigCommand,
  doctor: async () => (await import('./doctor-command.ts')).runDoctorCommand,
  'self-check': async () => (await import('./self-check-command.ts')).runSelfCheckCommand,
  bundle: async () => (await import('./bundle-command.ts')).runBundleCommand,
  backend: async () => (await import('./backend-commands.ts')).runBackendCommand,
  lookup: async () => (await import('./lookup-command.ts')).runLookupCommand,
  federation: async () => (await import('./federation-command.ts')).runFederationCommand,
  list: async () => (await import('./list-commands.ts')).runListCommand,
  invitations: async () => (await import('./invitations-commands.ts')).runInvitationsCommand,
  proxy: async () => (await import('./proxy-command.ts')).runProxyCommand,
  snippet: async () => (await import('./snippet-command.ts')).runSnippetCommand,
  appservice: async () => (await import('./appservice-command.ts')).runAppserviceCommand,
  'homeserver-yaml': async () => (await import('./homeserver-yaml-command.ts')).runHomeserverYamlCommand,
  tls: async () => (await import('./tls-command.ts')).runTlsCommand,
  seal: async () => (await import('./seal-command.ts')).runSealCommand,
  keys: async () => (await import('./keys-commands.ts')).runKeysCommand,
  backup: async () => (await import('./backup-command.ts')).runBackupCommand,
  restore: async () => (await import('./restore-command.ts')).runRestoreCommand,
  export: async () => (await import('./export-command.ts')).runExportCommand,
  person: async () => (await import('./person-command.ts')).runPersonCommand,
  admin: async () => (await import('./admin-command.ts')).runAdminCommand,
  import: async () => (await import('./import-command.ts')).runImportCommand,
  demo: async () => (await import('./demo-command.ts')).runDemoCommand,
}

export const usage = `Signpost ${version}, an identity server for Matrix

Usage: signpost [COMMAND] [OPTIONS]

  start                        run the server (what happens without a command)
  config check|show|set|...    look at the configuration, or change it
  doctor                       what is wrong, why, and what to do about it
  self-check                   can this version start on this data? changes nothing
  bundle                       what others need to help: no secrets, no addresses; shown before it is saved
  lookup [MEDIUM] ADDRESS      who does this address belong to?
  backend list|check|sync      the directories that are asked
  federation check DOMAIN      another organisation's identity server: can it be asked?
  list import|export|show      addresses kept in Signpost itself
  invitations list|show|...    who was invited, and what became of it; revoke, resend
  keys show|rotate             the keys that sign; rotate-pepper changes the lookup hashes
  proxy nginx|caddy|...        the site of a reverse proxy
  snippet synapse|dns|...      what to add to homeserver.yaml, DNS and other files
  appservice registration      what makes Signpost an application service of the homeserver
  homeserver-yaml FILE...      what in the configuration of a Synapse stands in the way
  tls check|status|ca|retry    the certificate: is it fine, where does it come from?
  admin link|reset-password    a way into the console; who may use it
  backup [FILE]                one encrypted file with settings, keys and data; show, status, new-key
  restore FILE                 put a backup in the place of everything in the data directory
  export associations|...      associations or invitations as CSV or JSON
  person export|erase WHO      everything that is known of one person; removes it
  seal                         turn a secret into what may stand in signpost.yaml
  import ma1sd|mxisd|sydent    take the place of another identity server
  demo                         a whole story with made-up people, nothing to set up

  --data DIR     where everything is kept (also: SIGNPOST_DATA)
  --json         answer in JSON, for scripts
  --headless     never open a window
  --version, --help`

/** Runs one command line (the words after the program's name). Returns the exit code. */
export async function run(argv: readonly string[], context: CommandContext): Promise<number> {
  const [name = 'start', ...args] = argv
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load === undefined) {
    const suggestion = nearest(name, Object.keys(commands))
    context.err(
      `There is no command "${name}".${suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`}`,
    )
    context.err('signpost --help lists them all.')
    return exitCodes.usage
  }
  // It takes no words of its own, and somebody who asks what it does wants no server.
  if (name === 'start' && args.length > 0) return refuseStart(args, context)
  try {
    await endInterruptedRestore(context)
    const command = await load()
    return await command(args, context)
  } catch (error) {
    if (error instanceof ConfigError) {
      context.err(formatProblems(error))
      return exitCodes.configuration
    }
    if (!(error instanceof OperatorError)) throw error
    context.err(formatOperatorError(error))
    return error.exitCode
  }
}

/** Before anything reads the data directory: a crash may have left it in the middle of a restore. */
async function endInterruptedRestore({ dataDir, err }: CommandContext): Promise<void> {
  if (!existsSync(join(dataDir, '.restore'))) return
  const { finishRestore } = await import('../migrate/backup/restore/restore-backup.ts')
  if (await finishRestore(dataDir)) err('A restore that had been interrupted is complete now.')
}

function refuseStart(args: readonly string[], context: CommandContext): number {
  if (args.includes('--help') || args.includes('-h')) {
    context.out(usage)
    return exitCodes.fine
  }
  context.err(`"start" does not know "${args[0]}".`)
  context.err('signpost --help lists what there is.')
  return exitCodes.usage
}

export interface GlobalOptions {
  readonly dataDir: string | undefined
  readonly json: boolean
  readonly help: boolean
  readonly version: boolean
  /** What is left: the command and its own words. */
  readonly rest: readonly string[]
}

/** Takes the options that every command shares out of the command line, wherever they stand. */
export function readGlobalOptions(argv: readonly string[]): GlobalOptions {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: { data: { type: 'string' } },
  })
  const globals = new Set(['data', 'json', 'headless', 'version'])
  const taken = new Set<number>()
  let dataDir: string | undefined
  for (const token of tokens) {
    if (token.kind !== 'option' || !globals.has(token.name)) continue
    taken.add(token.index)
    if (token.name === 'data') {
      dataDir = token.value
      if (token.inlineValue === false) taken.add(token.index + 1)
    }
  }
  const has = (name: string) => tokens.some((token) => token.kind === 'option' && token.name === name)
  const rest = argv.filter((_, position) => !taken.has(position))
  const help = rest.length > 0 && (rest[0] === '--help' || rest[0] === '-h')
  return { dataDir, json: has('json'), help, version: has('version'), rest }
}
