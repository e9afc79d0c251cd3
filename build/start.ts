import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { chooseStart } from './start/choose.ts'
import { electronRuntime } from './start/runtime.ts'

/*
 * `npm start -- ARGS`: the desktop app where there is a display and Electron's runtime, otherwise the server in this
 * process. It says which, and why.
 */

const dist = resolve(import.meta.dirname, '../dist')
const args = process.argv.slice(2)
const runtime = electronRuntime(process.env)
const choice = chooseStart({
  args,
  env: process.env,
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  hasRuntime: runtime !== null,
})

if (choice.mode === 'desktop' && runtime !== null) {
  process.stderr.write(`Starting as a desktop app, since ${choice.why}\n`)
  // Here only: the bundler would stay in the memory of a server.
  const { bundleElectron } = await import('./bundle-electron.ts')
  await bundleElectron(resolve(dist, 'electron'))
  const env = { ...process.env, SIGNPOST_NODE: process.execPath }
  const child = spawn(runtime, [resolve(dist, 'electron/main.js'), ...args], { env, stdio: 'inherit' })
  // Ctrl+C reaches both; whoever ends this process alone means the app.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  child.once('exit', (code) => {
    process.exitCode = code ?? 1
  })
} else {
  if (choice.mode === 'headless') process.stderr.write(`Starting without a window, since ${choice.why}\n`)
  // A path that the compiler does not follow: the bundle is built before each start.
  const main = resolve(dist, 'main.js')
  await import(main)
}
