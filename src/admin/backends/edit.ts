import { isDeepStrictEqual } from 'node:util'
import type { ConfigChange } from '../../config/edit-text.ts'
import { loadConfig } from '../../config/load.ts'
import type { Sealer } from '../../config/sealing.ts'
import { AdminError } from '../api/errors.ts'
import type { Caller } from '../api/serve.ts'
import type { ChangeSettings, SettingsResult } from '../changes/settings.ts'
import { readSection, restoredSection, sectionsIn, shownSections, type SectionValues } from './sections.ts'

export interface EditOptions {
  readonly dataDir: string
  readonly sealer: Sealer
  readonly changeSettings: ChangeSettings
}

/** What the console does to the sections of `backends`. Each is checked alone first, so that problems name its own keys. */
export function createSectionEditor({ dataDir, sealer, changeSettings }: EditOptions) {
  async function inFile() {
    const { values } = await loadConfig(dataDir)
    return { sections: sectionsIn(values), isWritten: values['backends'] !== undefined }
  }

  function placeOf(sections: readonly SectionValues[], id: string): number {
    const place = sections.findIndex((section) => section['id'] === id)
    if (place < 0) throw new AdminError('not-found')
    return place
  }

  const write = (
    caller: Caller,
    what: 'add' | 'change' | 'remove' | 'order',
    target: string,
    changes: readonly ConfigChange[],
  ) => changeSettings(caller, { summary: '', operation: `backends.${what}`, target, changes })

  return {
    async add(caller: Caller, section: SectionValues): Promise<SettingsResult> {
      const { sections, isWritten } = await inFile()
      const { id } = readSection(restoredSection(section, [], sealer))
      if (sections.some((other) => other['id'] === id)) throw nameTaken(id)
      const isPart = isWritten && sections.length > 0
      const change: ConfigChange = isPart
        ? { path: ['backends', sections.length], value: section }
        : { path: ['backends'], value: [...sections, section] }
      return await write(caller, 'add', id, [change])
    },

    /** Writes the keys that differ, so that the comments of the others stay. */
    async change(caller: Caller, id: string, section: SectionValues): Promise<SettingsResult> {
      const { sections, isWritten } = await inFile()
      const place = placeOf(sections, id)
      const former = sections[place] ?? {}
      // Its secrets are found by the name it has had so far.
      const restored = { ...restoredSection({ ...section, id }, [former], sealer), id: section['id'] }
      const { id: name } = readSection(restored)
      if (name !== id && sections.some((other) => other['id'] === name)) throw nameTaken(name)
      const wanted: SectionValues = restored
      const keys = new Set([...Object.keys(former), ...Object.keys(wanted)])
      const changes = [...keys]
        .filter((key) => !isDeepStrictEqual(former[key], wanted[key]))
        .map((key): ConfigChange => ({ path: ['backends', place, key], value: wanted[key] }))
      if (changes.length === 0) throw new AdminError('invalid', { message: 'Nothing was changed.' })
      const whole: ConfigChange = { path: ['backends'], value: sections.with(place, wanted) }
      return await write(caller, 'change', id, isWritten ? changes : [whole])
    },

    async remove(caller: Caller, id: string): Promise<SettingsResult> {
      const { sections, isWritten } = await inFile()
      const place = placeOf(sections, id)
      const change: ConfigChange = isWritten
        ? { path: ['backends', place], value: undefined }
        : { path: ['backends'], value: sections.toSpliced(place, 1) }
      return await write(caller, 'remove', id, [change])
    },

    /** @throws AdminError `conflict` when the names are not those of the file. */
    async order(caller: Caller, ids: readonly string[]): Promise<SettingsResult> {
      const { sections } = await inFile()
      const ordered = ids.flatMap((id) => sections.filter((section) => section['id'] === id))
      if (ordered.length !== sections.length || new Set(ids).size !== sections.length)
        throw new AdminError('conflict')
      // Secrets stay as they are, also those that somebody has written into the file in plain text.
      const value = shownSections(ordered)
      return await write(caller, 'order', ids.join(', '), [{ path: ['backends'], value }])
    },
  }
}

const nameTaken = (id: string) =>
  new AdminError('config-invalid', {
    problems: [{ path: 'id', message: `There is a backend "${id}" already.`, fix: 'Take another name.' }],
  })
