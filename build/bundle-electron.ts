import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { rolldown } from 'rolldown'

const root = resolve(import.meta.dirname, '..')

/** Bundles the desktop shell into a folder: `main.js`, `preload.cjs`, `pages/` and `icons/`. */
export async function bundleElectron(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  await bundle('electron/entry.ts', join(folder, 'main.js'), 'esm', 'node')
  // A sandboxed preload script has to be CommonJS (Electron, "ES Modules").
  await bundle('electron/preload.ts', join(folder, 'preload.cjs'), 'cjs', 'browser')
  // Module scripts of `file:` pages are refused by Chromium.
  await bundle('electron/pages/crash.ts', join(folder, 'pages/crash.js'), 'iife', 'browser')
  for (const name of ['waiting.html', 'crash.html', 'shell.css']) {
    cpSync(resolve(root, 'electron/pages', name), join(folder, 'pages', name))
  }
  const icons = resolve(root, 'build/icons')
  if (existsSync(join(icons, 'tray'))) cpSync(join(icons, 'tray'), join(folder, 'icons'), { recursive: true })
  if (existsSync(join(icons, 'icon.png'))) cpSync(join(icons, 'icon.png'), join(folder, 'icons/icon.png'))
}

async function bundle(
  entry: string,
  file: string,
  format: 'esm' | 'cjs' | 'iife',
  platform: 'node' | 'browser',
): Promise<void> {
  const built = await rolldown({ input: resolve(root, entry), platform, external: ['electron'] })
  await built.write({ file, format, codeSplitting: false, sourcemap: true })
  await built.close()
}

if (import.meta.main) await bundleElectron(resolve(root, 'dist/electron'))
