import type { App } from 'electron'

/** Windows shows notifications for the app with this id; it is the one of the packages. */
export const APP_ID = 'org.signpost.desktop'

/** The same in a checkout as in a package: the keychain files the key under the name. */
export function introduce(app: App): void {
  app.setName('Signpost')
  app.setAppUserModelId(APP_ID)
}
