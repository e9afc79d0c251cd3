import { setTimeout as sleep } from 'node:timers/promises'
import { createTestData } from '../desktop/driver/server.ts'
import { createStandInDriver } from '../desktop/driver/stand-in-driver.ts'
import { eventually } from '../support/poll.ts'

/*
 * `node --expose-gc footprint-shell.ts stand-in|shell`: prints the memory (MiB) that JavaScript holds in a process with the
 * stand-in of Electron alone, or with the real shell on it, its server running and its window closed. Resident memory would
 * tell nothing here: the bundler and the driver of Chromium in the same process take twenty times as much.
 */

const driver = await createStandInDriver()
if (process.argv[2] === 'shell') {
  const { dataDir } = await createTestData()
  const app = await driver.start({ dataDir })
  await eventually(async () => (await app.windows()).length === 1, { what: 'the window', timeoutMs: 60_000 })
  await eventually(async () => (await app.tray()).condition === 'ok', {
    what: 'the server',
    timeoutMs: 60_000,
  })
  await app.closeWindow()
}
await sleep(5_000)
globalThis.gc?.()
await sleep(1_000)
const { heapUsed, external } = process.memoryUsage()
console.log(((heapUsed + external) / 1024 / 1024).toFixed(2))
await driver.close()
process.exit()
