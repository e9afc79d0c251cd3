import type { DesktopDriver } from './driver.ts'
export function createElectronDriver(): DesktopDriver {
  throw new Error('not yet')
}
