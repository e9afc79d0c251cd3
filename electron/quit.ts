import type { App } from 'electron'

/** The end of the shell. */
export interface Quitting {
  /** From the moment somebody asked for it. */
  isQuitting(): boolean
}

/** The shell ends once `finish` has; the server's process is gone by then. Closed windows end nothing. */
export function setUpQuit(app: App, finish: () => Promise<void>): Quitting {
  let state: 'running' | 'finishing' | 'finished' = 'running'
  // Without a listener Electron quits with the last window.
  app.on('window-all-closed', () => {})
  app.on('before-quit', (event) => {
    if (state === 'finished') return
    event.preventDefault()
    if (state === 'finishing') return
    state = 'finishing'
    void finish().finally(() => {
      state = 'finished'
      app.quit()
    })
  })
  return { isQuitting: () => state !== 'running' }
}
