import { cpSync, existsSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'

/** Folders under `src/` whose files are read at run time and therefore belong beside the compiled code. */
const ASSETS = ['notify/templates/builtin']

const root = resolve(import.meta.dirname, '..')
for (const folder of ASSETS) {
  const source = resolve(root, 'src', folder)
  if (!existsSync(source)) throw new Error(`src/${folder} is missing`)
  const target = resolve(root, 'dist', folder)
  rmSync(target, { recursive: true, force: true })
  cpSync(source, target, { recursive: true })
}
