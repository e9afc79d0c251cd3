import { contextBridge, ipcRenderer } from 'electron'
import { channels, globalName, viewChannel, type ShellView, type SignpostDesktop } from './ipc/contract.ts'

const requests = Object.fromEntries(
  Object.entries(channels).map(([name, channel]) => [
    name,
    (...args: readonly unknown[]) => ipcRenderer.invoke(channel, ...args),
  ]),
  // The list of channels is complete by its own type; what `fromEntries` cannot know is that the names stay the same.
) as unknown as Omit<SignpostDesktop, 'onView'>

const api: SignpostDesktop = {
  ...requests,
  onView(listener) {
    // The event is not passed on: it would give a page the whole of `ipcRenderer` (Electron, "Security", 20).
    const passOn = (_event: unknown, view: ShellView) => listener(view)
    ipcRenderer.on(viewChannel, passOn)
    return () => void ipcRenderer.off(viewChannel, passOn)
  },
}

contextBridge.exposeInMainWorld(globalName, api)
