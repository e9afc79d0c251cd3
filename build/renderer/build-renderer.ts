import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const root = resolve(import.meta.dirname, '../..')

/** What the built console depends on. Of `src/` it may use these folders alone, apart from types. */
const inputs = ['renderer/**', 'src/admin/**', 'src/matrix/**', 'vite.config.ts', 'package-lock.json']

/**
 * Builds the console into a folder (default `dist/renderer`), unless it holds the result of the same inputs already:
 * most starts in a checkout change nothing here and need not wait.
 * @returns whether something was built.
 */
export async function buildRenderer(outDir = resolve(root, 'dist/renderer')): Promise<boolean> {
  const stamp = join(outDir, '.inputs')
  const now = hashInputs()
  if (readIfThere(stamp) === now) return false
  // A process of its own: a test runner's NODE_ENV would build the slow and large development form of React.
  const vite = resolve(root, 'node_modules/vite/bin/vite.js')
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [vite, 'build', '--config', 'vite.config.ts', '--outDir', outDir, '--logLevel', 'warn'],
    { cwd: root, env: { ...process.env, NODE_ENV: 'production' } },
  )
  process.stderr.write(stdout + stderr)
  writeFileSync(stamp, now)
  return true
}

function hashInputs(): string {
  const hash = createHash('sha256')
  const entries = inputs.flatMap((pattern) => globSync(pattern, { cwd: root, withFileTypes: true }))
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  for (const file of files.sort()) {
    hash.update(`${file}\0`)
    hash.update(readFileSync(file))
  }
  return hash.digest('hex')
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
