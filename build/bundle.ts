import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { rolldown } from 'rolldown'
import { buildRenderer } from './renderer/build-renderer.ts'

/*
 * Bundles the server into `dist/`. One file instead of a thousand halves the time to the first answer and takes a
 * tenth off the memory: nothing is looked up on the disk, and what nobody calls is left out of the libraries.
 */

const root = resolve(import.meta.dirname, '..')
/** `node build/bundle.ts [FOLDER]`: default `dist`. */
const dist = resolve(root, process.argv[2] ?? 'dist')

/** Loads a native file from its own folder. */
const external = ['better-sqlite3', 'pg-native']

/** Folders of `dist/` that have a build of their own. */
const otherBuilders = ['renderer', 'electron']

/** Read at run time, from beside the code. */
const assets = [
  ['src/notify/templates/builtin', 'builtin'],
  ['src/authentication/synapse-module/signpost_synapse.py', 'synapse-module/signpost_synapse.py'],
] as const

const bundle = await rolldown({
  input: {
    main: resolve(root, 'src/main.ts'),
    // Threads and processes are started from a file of their own; the module beside it names it.
    'build-worker': resolve(root, 'src/lookup/build-worker.ts'),
    'sync-worker': resolve(root, 'src/backends/sync/sync-worker.ts'),
    'sqlite-process': resolve(root, 'src/backends/sql/drivers/sqlite-process.ts'),
    'trial-process': resolve(root, 'src/trial-process.ts'),
    'integrity-process': resolve(root, 'src/doctor/integrity-process.ts'),
    'password-worker': resolve(root, 'src/backends/sql/passwords/password-worker.ts'),
  },
  platform: 'node',
  external,
  // Of a library that names its caller in warnings; nothing of ours does it, and lint sees to that.
  checks: { eval: false },
})
// Beside its place first: a build that fails, or that somebody runs beside a test, leaves no gap.
const fresh = `${dist}.${process.pid}.new`
await bundle.write({ dir: fresh, format: 'esm', sourcemap: true, chunkFileNames: '[name].js' })
await bundle.close()
for (const [from, to] of assets) cpSync(resolve(root, from), resolve(fresh, to), { recursive: true })
takeOver()
await buildRenderer(resolve(dist, 'renderer'))

/** Moves the new files in, and takes away what is no longer made; other builders own their folders. */
function takeOver(): void {
  mkdirSync(dist, { recursive: true })
  const made = readdirSync(fresh)
  for (const name of made) {
    // A folder does not give way to a folder.
    if (statSync(resolve(fresh, name)).isDirectory())
      rmSync(resolve(dist, name), { recursive: true, force: true })
    renameSync(resolve(fresh, name), resolve(dist, name))
  }
  for (const name of readdirSync(dist)) {
    if (!made.includes(name) && !otherBuilders.includes(name))
      rmSync(resolve(dist, name), { recursive: true })
  }
  rmSync(fresh, { recursive: true })
}
