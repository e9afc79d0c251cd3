import { spawnSync } from 'node:child_process'
import { electronRuntime } from '../../build/start/runtime.ts'

/*
 * `npm run test:desktop:real`: the life of the desktop app on a real Electron. Its runtime is no part of the npm package
 * and has to be installed first; without it, or without a display, nothing runs, and that is said.
 */

function missing(): string | null {
  if (electronRuntime(process.env) === null) {
    return 'the runtime of Electron is not installed (npx install-electron gets it)'
  }
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY)
    return 'there is no display (xvfb-run gives one)'
  return null
}

const why = missing()
if (why !== null) console.log(`SKIPPED: the desktop app on a real Electron, since ${why}.`)
else {
  const run = (program: string, args: readonly string[], env = process.env) =>
    spawnSync(program, args, { stdio: 'inherit', env, shell: process.platform === 'win32' }).status ?? 1
  process.exitCode =
    run('npm', ['run', '--silent', 'build']) ||
    run('vitest', ['run', 'test/desktop/life.test.ts'], { ...process.env, SIGNPOST_TEST_ELECTRON: '1' })
}
