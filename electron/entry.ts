import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import * as electron from 'electron'
import { version } from '../src/version.ts'
import type { Host } from './host.ts'
import { startShell } from './main.ts'
import { readOptions } from './options.ts'
import { answerSelfCheck } from './updates/answer-self-check.ts'
import { SELF_CHECK_FLAG } from './updates/self-check.ts'

/*
 * The entry of the Electron app: hands Electron, the process and the machine to the shell. This file is bundled to
 * `dist/electron/main.js`, beside its preload script, pages and icons, and below the server's `dist/main.js`.
 */

const { app } = electron
const here = import.meta.dirname
const dist = dirname(here)
/** A checkout starts Electron with the script as its first word. */
const words = process.argv.slice(app.isPackaged ? 1 : 2)
const execute = promisify(execFile)

const host: Host = {
  platform: process.platform,
  argv: words,
  env: process.env,
  homeDir: homedir(),
  command: app.isPackaged ? [process.execPath] : [process.execPath, join(here, 'main.js')],
  version,
  files: {
    programDir: dirname(dist),
    preload: join(here, 'preload.cjs'),
    pagesDir: join(here, 'pages'),
    iconsDir: join(here, 'icons'),
    serverEntry: join(dist, 'main.js'),
  },
  server: app.isPackaged ? 'utility-process' : 'node',
  // `build/start.ts` names the Node that it runs in.
  nodePath: process.env['SIGNPOST_NODE'] ?? 'node',
  now: () => Date.now(),
  run: async (program, args, timeoutMs) => (await execute(program, args, { timeout: timeoutMs })).stdout,
  hasUpdateFeed: existsSync(join(process.resourcesPath, 'app-update.yml')),
  loadUpdater: app.isPackaged ? async () => (await import('electron-updater')).autoUpdater : null,
}

// Not awaited here: Electron is ready only once this module has been evaluated (electron/electron#40719). What has to
// come before that, `startShell` does before it waits for anything.
const work = words.includes(SELF_CHECK_FLAG) ? selfCheck() : startShell(electron, host)
work.catch((error: unknown) => {
  electron.dialog.showErrorBox('Signpost cannot start', String(error))
  app.exit(1)
})

async function selfCheck(): Promise<void> {
  const answer = await answerSelfCheck(electron, host, readOptions(host).dataDir)
  process.stdout.write(`${JSON.stringify(answer)}\n`, () => app.exit(answer.ok ? 0 : 1))
}
