import type { OpenedImport } from '../opened.ts'
import type { SettingsDraft } from './draft.ts'

/** Folder of the data directory for templates that were taken over. */
export const templateFolder = 'imported-templates'

/** Names the folder that the templates will be in, where there are any. */
export function addTemplates({ settings, templates }: OpenedImport): SettingsDraft {
  if (templates.files.length === 0) return settings
  const note = 'The templates of the other server, in the language of notifications.email.language.'
  settings.byDefault(['notifications', 'email', 'templates'], templateFolder, note)
  return settings
}
