import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Arch, build, Platform } from 'electron-builder'
import { bundleElectron } from './bundle-electron.ts'
import { desktopConfig, type DesktopOptions } from './electron-builder.ts'
import { product, projectRoot } from './product.ts'
import type { AddonTarget } from './stage/addon.ts'
import { stage } from './stage/stage.ts'

export type DesktopSystem = 'linux' | 'windows' | 'mac'
export type Processor = 'x64' | 'arm64'

export interface PackDesktopOptions extends Omit<DesktopOptions, 'app'> {
  /** What `npm run build` wrote, with the shell in `electron/`. */
  readonly dist: string
  readonly system: DesktopSystem
  readonly processor: Processor
  /** Only lay out the folder that the packages are made from. */
  readonly folderOnly: boolean
}

const platforms = { linux: Platform.LINUX, windows: Platform.WINDOWS, mac: Platform.MAC }
const addonPlatforms = { linux: 'linux', windows: 'win32', mac: 'darwin' } as const

/** Packs the desktop app. Each system and processor gets its own native file, and no other. */
export async function packDesktop(options: PackDesktopOptions): Promise<void> {
  const { dist, system, processor, folderOnly } = options
  const app = mkdtempSync(join(tmpdir(), 'signpost-desktop-'))
  try {
    const addon: AddonTarget = `${addonPlatforms[system]}-${processor}`
    const author = product.maintainer
    stage({
      dist,
      out: app,
      desktop: true,
      addon: [addon],
      manifest: { productName: product.title, main: 'dist/electron/main.js', author },
    })
    await build({
      projectDir: projectRoot,
      config: desktopConfig({ ...options, app }),
      targets: platforms[system].createTarget(folderOnly ? 'dir' : null, Arch[processor]),
      publish: 'never',
    })
  } finally {
    rmSync(app, { recursive: true, force: true })
  }
}

function thisSystem(): DesktopSystem {
  if (process.platform === 'win32') return 'windows'
  return process.platform === 'darwin' ? 'mac' : 'linux'
}

function chosenProcessors(word: string | undefined): readonly Processor[] {
  if (word === undefined) return ['x64', 'arm64']
  if (word === 'x64' || word === 'arm64') return [word]
  throw new Error('--arch is x64 or arm64; without it, both')
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      arch: { type: 'string' },
      dir: { type: 'boolean', default: false },
      'electron-dist': { type: 'string' },
      'update-url': { type: 'string' },
    },
  })
  const dist = resolve(projectRoot, 'dist')
  await bundleElectron(join(dist, 'electron'))
  for (const processor of chosenProcessors(values.arch)) {
    await packDesktop({
      dist,
      out: resolve(projectRoot, 'packages'),
      system: thisSystem(),
      processor,
      folderOnly: values.dir,
      electronDist: values['electron-dist'] ?? null,
      updateUrl: values['update-url'] ?? null,
    })
  }
}
