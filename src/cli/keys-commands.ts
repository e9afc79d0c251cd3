import { join } from 'node:path'
import { createLogger } from '../activity/logger.ts'
import { loadKeyFile } from '../keys/key-file.ts'
import { openKeyRing } from '../keys/key-ring.ts'
import type { Runtime } from '../runtime.ts'
import { systemClock, systemRandom } from '../system.ts'
import { exitCodes, type CommandOutput } from './config-commands.ts'

/** `signpost keys show|rotate`. A running server takes a rotated key over at its next start. */
export async function runKeysCommand(args: readonly string[], io: CommandOutput): Promise<number> {
  const file = join(io.dataDir, 'signing-keys.json')
  const log = createLogger({ level: 'error', masked: () => true })
  const runtime: Runtime = { clock: systemClock, random: systemRandom, log }
  const [action = 'show', ...rest] = args
  if (rest.length > 0 || !['show', 'rotate'].includes(action)) {
    io.err('Usage: signpost keys show|rotate')
    return exitCodes.usage
  }
  const ring = await openKeyRing(file, runtime)
  if (action === 'rotate') {
    await ring.rotate()
    io.err('Signatures are made with the new key after the next start. The old keys stay valid.')
  }
  const { keys } = await loadKeyFile(file, runtime)
  const shown = keys.map(({ id, createdAt, retiredAt }) => ({
    id,
    publicKey: ring.publicKey(id),
    created: new Date(createdAt).toISOString(),
    retired: retiredAt === null ? null : new Date(retiredAt).toISOString(),
  }))
  if (io.json) io.out(JSON.stringify(shown))
  else
    for (const key of shown)
      io.out(`${key.id}  ${key.publicKey}  ${key.retired === null ? 'signs' : 'retired'}`)
  return exitCodes.fine
}
