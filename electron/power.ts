import type { PowerMonitor } from 'electron'
import type { ToServer } from '../src/desktop/messages.ts'

/** Tells the server of the machine's sleep, so that what waited is delivered right after it. */
export function followPower(powerMonitor: PowerMonitor, send: (message: ToServer) => void): void {
  powerMonitor.on('suspend', () => send({ type: 'suspend' }))
  powerMonitor.on('resume', () => send({ type: 'drain' }))
}
