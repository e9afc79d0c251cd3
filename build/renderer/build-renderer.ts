import { createHash } from 'node:crypto'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

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
  // Loaded only when needed: it takes longer than the look at the inputs.
  const { build } = await import('vite')
  await build({ configFile: resolve(root, 'vite.config.ts'), logLevel: 'warn', build: { outDir } })
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
