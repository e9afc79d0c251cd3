import { writeFile } from 'node:fs/promises'
import { systemErrorCode } from '../config/file-error.ts'
import { buildBundle } from '../doctor/bundle/build-bundle.ts'
import { openDoctorWorld } from '../doctor/open-world.ts'
import { commandRuntime } from './command-runtime.ts'
import { exitCodes } from './command-output.ts'
import type { DataContext } from './open-data.ts'
import { outputUnwritable } from './output-unwritable.ts'
import { orUsage } from './snippet-options.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = [
  'Usage: signpost bundle [--out FILE] [--yes] [--data DIR] [--json]',
  '',
  '  Gathers what helps somebody else to help you: versions, the configuration without secrets, what the doctor finds,',
  '  numbers from the database, the last lines of the log. Addresses, phone numbers, Matrix IDs, host names and public',
  '  IP addresses are replaced by stand-ins. You see all of it before it is saved; nothing is sent anywhere.',
  '',
  '  --out FILE   where to save it (default: signpost-bundle-DATE.json here; - prints it only)',
  '  --yes        save it without showing it first',
]

/** `signpost bundle`; `args` are the words after it. Exit code 1 when it was not to be saved. Throws `OperatorError`. */
export async function runBundleCommand(args: readonly string[], io: DataContext): Promise<number> {
  return await orUsage(io, args, usage, async () => {
    const { values, positionals } = parseWords(args, {
      out: { type: 'string' },
      yes: { type: 'boolean', default: false },
    })
    if (positionals.length > 0) throw new UsageError(`"bundle" does not know "${positionals[0]}".`)
    if (io.json && !values.yes && values.out !== '-') throw new UsageError('"bundle --json" needs --yes.')
    const runtime = commandRuntime()
    const text = await gather(io, runtime)
    if (values.out === '-') {
      io.out(text.trimEnd())
      return exitCodes.fine
    }
    const file = values.out ?? `signpost-bundle-${stampOf(runtime.clock.now())}.json`
    if (!values.yes && !(await agrees(io, text, file))) {
      io.err('Nothing was saved.')
      return exitCodes.unexpected
    }
    await save(file, text)
    const bytes = Buffer.byteLength(text)
    io.out(
      io.json
        ? JSON.stringify({ file, bytes })
        : `${file} is saved (${Math.ceil(bytes / 1024)} KiB). Look through it before you send it to anybody.`,
    )
    return exitCodes.fine
  })
}

async function gather(
  { dataDir, env }: DataContext,
  runtime: ReturnType<typeof commandRuntime>,
): Promise<string> {
  const world = openDoctorWorld({ dataDir, env, runtime })
  try {
    return await buildBundle(world)
  } finally {
    await world.close()
  }
}

/** `2026-08-30-2236`, in universal time as everything in the bundle. */
const stampOf = (now: number) => new Date(now).toISOString().slice(0, 16).replace('T', '-').replace(':', '')

async function agrees(io: DataContext, text: string, file: string): Promise<boolean> {
  for (const line of text.trimEnd().split('\n')) io.out(line)
  io.out('')
  io.out(`Save this as ${file}? Type yes, or anything else to leave it.`)
  return /^\s*y(es)?\s*$/i.test(await firstLine(io.input ?? process.stdin))
}

async function firstLine(input: AsyncIterable<Uint8Array>): Promise<string> {
  let text = ''
  for await (const chunk of input) {
    text += Buffer.from(chunk).toString('utf8')
    if (text.includes('\n')) break
  }
  return text.split('\n')[0] ?? ''
}

async function save(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    if (systemErrorCode(cause) === undefined) throw cause
    throw outputUnwritable(file, cause, 'Choose another name with --out FILE.')
  }
}
