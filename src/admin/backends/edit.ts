import { isDeepStrictEqual } from 'node:util'
import type { ConfigChange } from '../../config/edit-text.ts'
import { loadConfig } from '../../config/load.ts'
import type { Sealer } from '../../config/sealing.ts'
import { AdminError } from '../api/errors.ts'
import type { Caller } from '../api/serve.ts'
import type { ChangeSettings, SettingsResult } from '../changes/settings.ts'
import { readSection, restoredSection, sectionsIn, type SectionValues } from './sections.ts'

export interface EditOptions {
  readonly dataDir: string
  readonly sealer: Sealer
  readonly changeSettings: ChangeSettings
}

/** What the console does to the sections of `backends`. Each is checked alone first, so that problems name its own keys. */
export function createSectionEditor({ dataDir, sealer, changeSettings }: EditOptions) {
  const inFile = async () => sectionsIn((await loadConfig(dataDir)).values['backends'])

  function placeOf(sections: readonly SectionValues[], id: string): number {
    const place = sections.findIndex((section) => section['id'] === id)
    if (place < 0) throw new AdminError('not-found')
    return place
  }

  const write = (caller: Caller, what: string, target: string, changes: readonly ConfigChange[]) =>
    changeSettings(caller, { summary: '', operation: `backends.${what}`, target, changes })

  return {
    async add(caller: Caller, section: SectionValues): Promise<SettingsResult> {
      const sections = await inFile()
      const { id } = readSection(restoredSection(section, [], sealer))
      if (sections.some((other) => other['id'] === id)) throw nameTaken(id)
      const path = sections.length === 0 ? ['backends'] : ['backends', sections.length]
      return await write(caller, 'add', id, [{ path, value: sections.length === 0 ? [section] : section }])
    },

    /** Writes the keys that differ, so that the comments of the others stay. */
    async change(caller: Caller, id: string, section: SectionValues): Promise<SettingsResult> {
      const sections = await inFile()
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
      return await write(caller, 'change', id, changes)
    },

    async remove(caller: Caller, id: string): Promise<SettingsResult> {
      const place = placeOf(await inFile(), id)
      return await write(caller, 'remove', id, [{ path: ['backends', place], value: undefined }])
    },

    /** @throws AdminError `conflict` when the names are not those of the file. */
    async order(caller: Caller, ids: readonly string[]): Promise<SettingsResult> {
      const sections = await inFile()
      const value = ids.flatMap((id) => sections.find((section) => section['id'] === id) ?? [])
      if (value.length !== sections.length || new Set(ids).size !== sections.length)
        throw new AdminError('conflict')
      return await write(caller, 'order', ids.join(', '), [{ path: ['backends'], value }])
    },
  }
}

const nameTaken = (id: string) =>
  new AdminError('config-invalid', {
    problems: [{ path: 'id', message: `There is a backend "${id}" already.`, fix: 'Take another name.' }],
  })
