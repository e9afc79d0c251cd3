import { join } from 'node:path'
import { loadKeyFile, readKeyFile } from '../keys/key-file.ts'
import { openKeyRing } from '../keys/key-ring.ts'
import { newPepper, publishPepper } from '../lookup/peppers.ts'
import { commandRuntime } from './command-runtime.ts'
import { exitCodes } from './config-commands.ts'
import { withData, type DataContext } from './open-data.ts'

/** `signpost keys show|rotate|rotate-pepper`. A running server takes a rotated key over at its next start. */
export async function runKeysCommand(args: readonly string[], io: DataContext): Promise<number> {
  const file = join(io.dataDir, 'signing-keys.json')
  const runtime = commandRuntime()
  const [action = 'show', ...rest] = args
  if (rest.length > 0 || !['show', 'rotate', 'rotate-pepper'].includes(action)) {
    io.err('Usage: signpost keys show|rotate|rotate-pepper')
    return exitCodes.usage
  }
  if (action === 'rotate-pepper') return await rotatePepper(io)
  if (action === 'show' && (await readKeyFile(file)) === null) return showNone(io)
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

/** Looking makes no keys: in a wrong folder they would be the beginning of a second identity. */
function showNone(io: DataContext): number {
  if (io.json) io.out('[]')
  else io.out(`There are no keys in ${io.dataDir} yet; the first start of the server makes them.`)
  return exitCodes.fine
}

/** A running server sees the pepper within two seconds, builds its table, and then names it; the old one has its grace. */
async function rotatePepper(io: DataContext): Promise<number> {
  await withData(io, ({ storage, runtime }) =>
    publishPepper(storage.db, newPepper(runtime), runtime.clock.now()),
  )
  io.out('Lookups are hashed with a new pepper as soon as its table is built.')
  return exitCodes.fine
}
