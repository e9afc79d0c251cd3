import { noChromium } from './chromium.ts'
import type { DesktopDriver } from './driver.ts'

/** `run-real.ts` sets it: the suite then runs on a real Electron. */
const isReal = process.env['SIGNPOST_TEST_ELECTRON'] !== undefined

/** Why no desktop app can be had here, or null. */
export const noDriver = isReal ? null : noChromium

export async function openDriver(): Promise<DesktopDriver> {
  if (isReal) return (await import('./electron-driver.ts')).createElectronDriver()
  return await (await import('./stand-in-driver.ts')).createStandInDriver()
}
