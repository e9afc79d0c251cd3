import { text } from 'node:stream/consumers'
import { createSealer, loadSealingKey } from '../config/sealing.ts'
import { systemRandom } from '../system.ts'
import { exitCodes } from './config-commands.ts'
import type { DataContext } from './open-data.ts'

/**
 * `signpost seal`: reads a secret from standard input, so that it stands in no shell history, and prints what to write
 * into `signpost.yaml` instead. Only this installation can open it.
 */
export async function runSealCommand(args: readonly string[], io: DataContext): Promise<number> {
  if (args.length > 0) {
    io.err('Usage: signpost seal < FILE     (or type the secret, then Enter and Ctrl+D)')
    return args[0] === '--help' ? exitCodes.fine : exitCodes.usage
  }
  const secret = (await text(io.input ?? process.stdin)).replace(/\r?\n$/, '')
  if (secret === '') {
    io.err('There was no secret on standard input.')
    return exitCodes.usage
  }
  const sealer = createSealer(await loadSealingKey(io.dataDir, systemRandom), systemRandom)
  const sealed = sealer.seal(secret)
  io.out(io.json ? JSON.stringify({ sealed }) : `{ sealed: '${sealed}' }`)
  return exitCodes.fine
}
