import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, relative, resolve, sep } from 'node:path'
import { product, projectRoot } from '../product.ts'
import { addonName, addonVersion, copyAddon, type AddonTarget } from './addon.ts'
import { thirdPartyNotices } from './third-party.ts'

export interface StageOptions {
  /** What `npm run build` wrote. */
  readonly dist: string
  /** Folder to fill; whatever it holds is removed before. */
  readonly out: string
  /** With the Electron shell, or the server alone. */
  readonly desktop: boolean
  /** Platforms whose native file is put in; without any, the library is left to the package manager. */
  readonly addon: readonly AddonTarget[]
  /** Fields of `package.json` beside those that every package has. */
  readonly manifest?: Readonly<Record<string, unknown>>
  /** Default: the version of this checkout. */
  readonly version?: string
}

/**
 * Lays out a folder that runs by itself: the bundle without its source maps, a `package.json` that names the one library
 * outside it, and the licences. All packages are made from such a folder, so that what is in them is decided here.
 */
export function stage({
  dist,
  out,
  desktop,
  addon,
  manifest,
  version = product.version,
}: StageOptions): void {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  cpSync(dist, resolve(out, 'dist'), {
    recursive: true,
    filter: (source) => isPacked(relative(dist, source), desktop),
  })
  writeJson(resolve(out, 'package.json'), { ...commonManifest(version), ...manifest })
  cpSync(resolve(projectRoot, 'LICENSE'), resolve(out, 'LICENSE'))
  writeFileSync(resolve(out, 'THIRD-PARTY-LICENSES.txt'), thirdPartyNotices(dist))
  if (addon.length > 0) copyAddon(out, addon)
}

function isPacked(path: string, desktop: boolean): boolean {
  // Source maps, and what the builders note for themselves.
  if (path.endsWith('.map') || basename(path).startsWith('.')) return false
  return desktop || path.split(sep)[0] !== 'electron'
}

function commonManifest(version: string): Record<string, unknown> {
  return {
    name: product.name,
    version,
    description: product.description,
    license: product.license,
    type: 'module',
    dependencies: { [addonName]: addonVersion() },
  }
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}
