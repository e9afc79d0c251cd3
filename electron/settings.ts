import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { systemErrorCode } from '../src/config/file-error.ts'
import { replaceFile } from '../src/config/write-file.ts'
import { notificationKinds } from './ipc/contract.ts'

const windowSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().positive(),
  height: z.int().positive(),
  isMaximized: z.boolean(),
  zoom: z.number().min(0.25).max(5),
})

const settingsSchema = z.object({
  window: windowSchema.nullable().default(null),
  /** What was agreed to; the system's own list of login items may say otherwise. */
  startAtLogin: z.boolean().default(false),
  /** Whether the person has been told that a closed window does not end the server. */
  isCloseExplained: z.boolean().default(false),
  /** Kinds of notifications that were switched off. */
  silenced: z.array(z.enum(notificationKinds)).default([]),
  /** Where new versions come from; null: nobody is asked. */
  updateFeed: z
    .url({ protocol: /^https$/ })
    .nullable()
    .default(null),
})

export type WindowState = z.infer<typeof windowSchema>
export type ShellSettings = z.infer<typeof settingsSchema>

export interface SettingsStore {
  current(): ShellSettings
  /** In force at once; resolves when it is on the disk. A disk that cannot be written costs only the memory of it. */
  change(changes: Partial<ShellSettings>): Promise<void>
}

/** What the shell remembers, in one small file. A file that cannot be used counts as none. */
export async function openSettings(file: string, note: (text: string) => void): Promise<SettingsStore> {
  let settings = await read(file, note)
  let writing = Promise.resolve()
  return {
    current: () => settings,
    change(changes) {
      settings = { ...settings, ...changes }
      const text = `${JSON.stringify(settings, null, 2)}\n`
      writing = writing
        .then(() => replaceFile(file, text))
        .catch((error: unknown) => note(`The settings cannot be kept: ${systemErrorCode(error) ?? error}`))
      return writing
    },
  }
}

async function read(file: string, note: (text: string) => void): Promise<ShellSettings> {
  try {
    return settingsSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT')
      note('The settings of the app cannot be read; it begins with new ones.')
    return settingsSchema.parse({})
  }
}
