import { extractAll, listPackage } from '@electron/asar'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { desktopConfig } from '../../build/electron-builder.ts'
import { fuses } from '../../build/electron-fuses.ts'
import { packDesktop } from '../../build/package-desktop.ts'
import { product } from '../../build/product.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { expectToAnswer } from './support/answering.ts'
import { buildProduct } from './support/built.ts'
import { expectContents } from './support/contents.ts'
import { createStandInElectron } from './support/stand-in-electron.ts'

describe('the packed desktop app', () => {
  let unpacked: string
  let archive: string

  beforeAll(async () => {
    const out = await createTempDir('desktop')
    await packDesktop({
      dist: await buildProduct(),
      out,
      system: 'linux',
      processor: process.arch === 'arm64' ? 'arm64' : 'x64',
      folderOnly: true,
      electronDist: await createStandInElectron(),
      updateUrl: null,
    })
    const [folder] = (await readdir(out)).filter((name) => name.endsWith('unpacked'))
    if (folder === undefined) throw new Error('nothing was packed')
    unpacked = join(out, folder)
    archive = join(unpacked, 'resources/app.asar')
  }, 600_000)

  it('has the bundles, one native file and the licences, and nothing of tests, sources or maps', async () => {
    const files = listPackage(archive, { isPack: false }).map((file) => file.replace(/^[/\\]/, ''))
    const folders = new Set(
      files.flatMap((file) => file.split('/').map((_, i, parts) => parts.slice(0, i).join('/'))),
    )
    const native = `prebuilds/${process.platform}-${process.arch}.node`
    await expectContents(
      'desktop',
      files
        .filter((file) => !folders.has(file))
        .map((file) => file.replace(native, 'prebuilds/PLATFORM.node')),
    )
    console.log(`app.asar: ${((await stat(archive)).size / 1e6).toFixed(1)} MB`)
  })

  it('keeps the native file outside the archive, where the system can load it', async () => {
    const outside = await readdir(`${archive}.unpacked`, { recursive: true, withFileTypes: true })
    const names = outside.filter((entry) => entry.isFile()).map((entry) => entry.name)
    expect(names).toEqual([`${process.platform}-${process.arch}.node`])
  })

  it('has a server that starts with plain Node, answers, and finds a person', async () => {
    const home = await createTempDir('asar')
    const app = join(home, 'app')
    extractAll(archive, app)
    await cp(`${archive}.unpacked`, app, { recursive: true })
    const dataDir = join(home, 'data')
    await mkdir(dataDir)
    await expectToAnswer({ command: [process.execPath, join(app, 'dist/main.js')], dataDir })
  })

  it('names the shell as its entry, and is otherwise a program of its own', async () => {
    const home = await createTempDir('manifest')
    extractAll(archive, home)
    const manifest = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as Record<string, unknown>
    expect(manifest).toMatchObject({
      name: product.name,
      productName: product.title,
      version: product.version,
      type: 'module',
      main: 'dist/electron/main.js',
    })
    expect(manifest).not.toHaveProperty('devDependencies')
    expect(manifest).not.toHaveProperty('scripts')
    expect((await stat(join(home, 'dist/electron/main.js'))).size).toBeGreaterThan(0)
    expect((await stat(join(home, 'dist/electron/preload.cjs'))).size).toBeGreaterThan(0)
  })

  it('has every fuse set as decided', async () => {
    const wire = await getCurrentFuseWire(join(unpacked, product.desktopName))
    for (const [fuse, on] of Object.entries(fuses)) {
      const state = wire[Number(fuse) as FuseV1Options]
      expect(state, FuseV1Options[Number(fuse)]).toBe(on ? FuseState.ENABLE : FuseState.DISABLE)
    }
  })

  it('carries no address for updates, and no languages that the console lacks', async () => {
    expect((await readdir(join(unpacked, 'resources'))).sort()).toEqual(['app.asar', 'app.asar.unpacked'])
    expect(await readdir(join(unpacked, 'locales'))).toEqual(['de.pak', 'en-US.pak'])
  })
})

describe('the configuration of the desktop packages', () => {
  const options = { app: '/app', out: '/out', electronDist: null, updateUrl: null }

  it('has every format that is promised', () => {
    const { linux, win, mac } = desktopConfig(options)
    expect([linux?.target, win?.target, mac?.target]).toEqual([['AppImage', 'deb', 'rpm'], ['nsis'], ['dmg']])
  })

  it('has names that tell the processors, and the server alone, apart', () => {
    const { appImage, deb, rpm, nsis, mac, linux } = desktopConfig(options)
    for (const one of [appImage, deb, rpm, nsis, mac]) expect(one?.artifactName).toContain('${arch}')
    expect([deb?.packageName, rpm?.packageName, linux?.executableName]).not.toContain(product.name)
  })

  it('names files that exist', () => {
    const { linux, win, mac } = desktopConfig(options)
    const files = [linux?.icon, win?.icon, mac?.icon, mac?.entitlements, mac?.entitlementsInherit]
    for (const file of files) expect(existsSync(String(file)), String(file)).toBe(true)
  })

  it('writes an address for updates once there is one', () => {
    expect(desktopConfig(options).publish).toBe(null)
    const updateUrl = 'https://example.org/signpost'
    expect(desktopConfig({ ...options, updateUrl }).publish).toEqual({ provider: 'generic', url: updateUrl })
  })

  it('leaves data, keys and configuration alone when the app is uninstalled', () => {
    expect(desktopConfig(options).nsis?.deleteAppDataOnUninstall).toBe(false)
  })
})
