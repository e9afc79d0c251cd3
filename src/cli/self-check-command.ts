import { loadConfig } from '../config/load.ts'
import { OperatorError } from '../config/operator-error.ts'
import { exitCodes } from './config-commands.ts'
import { withData, type DataContext } from './open-data.ts'

/**
 * `signpost self-check`: whether this version can start on the data that is there. It reads only, beside a running
 * Signpost, so that an update can be refused while the version before it still serves. Throws `OperatorError`.
 */
export async function runSelfCheckCommand(args: readonly string[], io: DataContext): Promise<number> {
  if (args.length > 0) {
    io.err('Usage: signpost self-check [--data DIR] [--json]')
    return args[0] === '--help' ? exitCodes.fine : exitCodes.usage
  }
  await loadConfig(io.dataDir)
  try {
    await withData(io, async ({ storage }) => {
      await storage.db.selectFrom('meta').select('key').limit(1).execute()
    })
  } catch (error) {
    // What a start mends by itself: it creates the database, or upgrades it, and the desktop app brings the key.
    if (!(error instanceof OperatorError) || !mendedByAStart.has(error.code)) throw error
  }
  io.out(io.json ? JSON.stringify({ ok: true }) : 'This version can start on this data.')
  return exitCodes.fine
}

const mendedByAStart: ReadonlySet<string> = new Set([
  'database-missing',
  'database-older',
  'sealing-key-elsewhere',
])
