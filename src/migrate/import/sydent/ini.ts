/** Sections of an INI file as Python's `configparser` reads it; names of options are in small letters. */
export interface Ini {
  /** The value with `%(name)s` filled in; undefined when neither the section nor `[DEFAULT]` has it. */
  get(section: string, option: string): string | undefined
  /** The same as it stands there: two options of Sydent are read so. */
  raw(section: string, option: string): string | undefined
  /** Without `DEFAULT`. */
  sections(): readonly string[]
  /** The section's own options; those of `[DEFAULT]` for `DEFAULT`. */
  options(section: string): readonly string[]
  /** Whether a value refers to the option. */
  isReferredTo(option: string): boolean
}

const headerPattern = /^\[([^\]]+)\]\s*$/
const optionPattern = /^([^=:\s][^=:]*?)\s*[=:]\s*(.*)$/
const DEFAULT = 'DEFAULT'
/** As `configparser`: deeper references are a mistake, perhaps a circle. */
const MAX_DEPTH = 10

/**
 * Python documentation, `configparser`, "Supported INI File Structure": `=` and `:` divide, `#` and `;` begin a comment on a
 * line of its own, a value goes on in lines that are indented further, `%%` is a percent sign.
 */
export function parseIni(text: string): Ini {
  const sections = new Map<string, Map<string, string>>([[DEFAULT, new Map()]])
  let section = sections.get(DEFAULT) ?? new Map<string, string>()
  let option: string | null = null
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*[#;]/.test(line)) continue
    const header = headerPattern.exec(line.trim())?.[1]
    if (/^\s+\S/.test(line) && option !== null) {
      section.set(option, `${section.get(option) ?? ''}\n${line.trim()}`)
    } else if (header !== undefined) {
      section = sections.get(header) ?? new Map<string, string>()
      sections.set(header, section)
      option = null
    } else {
      const [, name, value] = optionPattern.exec(line) ?? []
      if (name === undefined || value === undefined) continue
      option = name.toLowerCase()
      section.set(option, value.trim())
    }
  }

  function raw(name: string, key: string): string | undefined {
    return sections.get(name)?.get(key.toLowerCase()) ?? sections.get(DEFAULT)?.get(key.toLowerCase())
  }
  function fill(name: string, value: string, depth: number): string {
    return value.replaceAll(/%%|%\(([^)]+)\)s/g, (found, key: string | undefined) => {
      if (key === undefined) return '%'
      const inner = depth < MAX_DEPTH ? raw(name, key) : undefined
      return inner === undefined ? found : fill(name, inner, depth + 1)
    })
  }
  return {
    raw,
    get(name, key) {
      const value = raw(name, key)
      return value === undefined ? undefined : fill(name, value, 0)
    },
    sections: () => [...sections.keys()].filter((name) => name !== DEFAULT),
    isReferredTo: (option) =>
      [...sections.values()].some((options) =>
        [...options.values()].some((value) => value.toLowerCase().includes(`%(${option.toLowerCase()})s`)),
      ),
    options: (name) => [...(sections.get(name)?.keys() ?? [])],
  }
}
