import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { projectRoot } from '../product.ts'

export interface NodeRuntime {
  /** The program. */
  readonly binary: string
  /** Text of its licence and those of its parts. */
  readonly licence: string
}

/**
 * Node.js for Linux in the version that the tests run on, from the npm packages that the dev dependency `node` itself is
 * made of. They are kept in `.cache`; npm checks their digest.
 */
export function nodeRuntime(processor: 'x64' | 'arm64'): NodeRuntime {
  const { version } = JSON.parse(
    readFileSync(resolve(projectRoot, 'node_modules/node/package.json'), 'utf8'),
  ) as { version: string }
  const name = `node-linux-${processor}`
  const kept = resolve(projectRoot, '.cache/node-runtime', `${name}-${version}`)
  if (!existsSync(kept)) fetchPackage(`${name}@${version}`, kept)
  return { binary: join(kept, 'bin/node'), licence: join(kept, 'LICENSE') }
}

/** Moved into place as a whole, so that a broken download is never taken for a good one. */
function fetchPackage(spec: string, goal: string): void {
  const parent = resolve(goal, '..')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'fetch-'))
  try {
    const tarball = execFileSync('npm', ['pack', '--silent', spec], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 300_000,
    }).trim()
    execFileSync('tar', ['xzf', tarball, 'package/bin/node', 'package/LICENSE'], { cwd: folder })
    if (!existsSync(goal)) renameSync(join(folder, 'package'), goal)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
