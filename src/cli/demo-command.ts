import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLogger } from '../activity/logger.ts'
import { createActor } from '../demo/actor.ts'
import { farewellText } from '../demo/show/farewell.ts'
import { createJsonTeller } from '../demo/show/json-teller.ts'
import { fullWidth } from '../demo/show/layout.ts'
import { createTerminalTeller } from '../demo/show/terminal-teller.ts'
import { tellStory } from '../demo/tell-story.ts'
import { startDemoWorld, type DemoWorld } from '../demo/world.ts'
import { systemClock, systemRandom } from '../system.ts'
import { exitCodes } from './config-commands.ts'
import type { CommandContext } from './run.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = [
  'Usage: signpost demo [--step] [--serve] [--keep] [--json]',
  '',
  '  A whole story with made-up people, on this machine alone. Nothing to set up.',
  '',
  '  --step     wait for the Enter key before each step',
  '  --serve    keep everything running after the story, to ask it yourself',
  '  --keep     leave the folder of the demo behind',
  '  --json     one line of JSON for each step, for scripts',
]

const optionTypes = {
  step: { type: 'boolean', default: false },
  serve: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
} as const

type Keys = ReturnType<typeof createInterface>
type Options = ReturnType<typeof parseWords<typeof optionTypes>>['values']

/** Time to read before the next step on a terminal. */
const READING_MS = 2_500
/** The shell's own code for a program that Ctrl+C ended (128 + SIGINT). */
const INTERRUPTED = 130

/** `signpost demo`: exit code 1 when a step does not do what it says. */
export async function runDemoCommand(args: readonly string[], context: CommandContext): Promise<number> {
  if (args.includes('--help')) {
    for (const line of usage) context.out(line)
    return exitCodes.fine
  }
  try {
    const { values, positionals } = parseWords(args, optionTypes)
    if (positionals.length > 0) throw new UsageError(`"demo" does not know "${positionals.join(' ')}".`)
    return await runDemo(values, context)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    for (const line of [error.message, '', ...usage]) context.err(line)
    return exitCodes.usage
  }
}

async function runDemo(options: Options, context: CommandContext): Promise<number> {
  const stop = new AbortController()
  void context.stopRequested().then(() => stop.abort())
  // A closed terminal or pipe ends the demo, too, and still nothing stays behind.
  process.once('SIGHUP', () => stop.abort())
  process.stdout.on('error', () => stop.abort())
  const log = createLogger({ level: 'error', masked: () => true })
  const world = await startDemoWorld({ clock: systemClock, random: systemRandom, log })
  const keys =
    options.step && context.terminal ? createInterface({ input: process.stdin, terminal: false }) : null
  try {
    const teller = context.json ? createJsonTeller(context.out) : createTerminalTeller(look(context))
    const pause = createPause(context, keys, stop.signal)
    const ok = await tellStory({ world, teller, pause, signal: stop.signal })
    if (!ok) return exitCodes.unexpected
    await sayFarewell(world, options, context)
    if (options.serve && !stop.signal.aborted) await once(stop.signal, 'abort')
    return exitCodes.fine
  } catch (error) {
    if (stop.signal.aborted) return INTERRUPTED
    throw error
  } finally {
    keys?.close()
    await world.close({ keep: options.keep })
  }
}

function look({ out, terminal, env }: CommandContext) {
  // https://no-color.org
  const coloured = terminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
  return { out, coloured, columns: process.stdout.columns ?? fullWidth }
}

/** What happens between two steps: nothing for a script, a moment to read on a terminal, the Enter key with `--step`. */
function createPause(context: CommandContext, keys: Keys | null, signal: AbortSignal): () => Promise<void> {
  if (!context.terminal || context.json) return async () => {}
  if (keys === null) return () => sleep(READING_MS, undefined, { signal })
  // Lines wait here until they are asked for; at the end of the input the story goes on by itself.
  const lines = keys[Symbol.asyncIterator]()
  const stopped = once(signal, 'abort')
  return async () => {
    context.out('')
    context.out('  Press Enter to see the next step.')
    await Promise.race([lines.next(), stopped])
  }
}

async function sayFarewell(world: DemoWorld, options: Options, context: CommandContext): Promise<void> {
  if (context.json) return
  const access = options.serve ? await accessOf(world) : null
  const { coloured } = look(context)
  for (const line of farewellText(world, { access, keep: options.keep, coloured })) context.out(line)
}

/** What somebody needs who asks Signpost by hand. */
async function accessOf(world: DemoWorld) {
  const anna = createActor(world, 'Anna', 'anna.keller')
  await anna.enterHomeserver('sign-in')
  await anna.introduce()
  return { token: anna.token(), pepper: await anna.pepper() }
}
