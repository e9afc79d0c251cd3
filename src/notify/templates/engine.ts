import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Liquid } from 'liquidjs'
import type { Logger } from '../../runtime.ts'
import { translateDialects } from './dialects.ts'
import { addFilters } from './filters.ts'
import { languageChain } from './language.ts'
import { mxisdNames } from './names.ts'
import { describeTemplateError } from './template-error.ts'
import { percentEncode } from './text.ts'
import type { TemplateValues } from './values.ts'

export interface TemplatesOptions {
  /** The operator's folder with one sub-folder per language, `null` for none. */
  readonly folder: string | null
  /** Used when the wanted language has no templates; English comes last. */
  readonly defaultLanguage: string
  /** Names of the operator's own placeholders, known besides the built-in ones. */
  readonly ownNames?: readonly string[]
  /** Sources that stand in the place of files of `folder`, by language and name (`de/invitation.html`): for a preview. */
  readonly unsaved?: ReadonlyMap<string, string>
  /** Throws what is wrong with an operator's template (`describeTemplateError`), where otherwise Signpost's own is used. */
  readonly strict?: boolean
  readonly log: Logger
}

export interface Templates {
  /**
   * Renders `name` (a file name) in the first language that has it. HTML is escaped, text is not; values that are
   * missing are empty. An operator's template with an error is replaced by Signpost's own and the fault is logged.
   *
   * @param language a language tag, an `Accept-Language` header, or `null`
   */
  render(name: string, language: string | null, values: TemplateValues): string
  /** The language tag in which `render` answers when all files are there (`de-AT` asked, `de` there: `de`). */
  languageFor(language: string | null): string
}

/** Where Signpost's own templates lie, one sub-folder per language. */
export const builtinFolder = fileURLToPath(new URL('builtin', import.meta.url))

export function createTemplates(options: TemplatesOptions): Templates {
  const known = new Set<string>([...mxisdNames, ...(options.ownNames ?? [])])
  const files = ownFiles(options)
  const engines = new Map<string, Liquid>()

  /** One engine per list of folders and kind of output: they see different files and escape differently. */
  function engine(chain: readonly string[], html: boolean, withOwn: boolean): Liquid {
    const id = `${html} ${withOwn} ${chain.join(' ')}`
    const made =
      engines.get(id) ?? createEngine(roots(chain, withOwn ? options.folder : null), html, files, known)
    engines.set(id, made)
    return made
  }

  function render(name: string, language: string | null, values: TemplateValues): string {
    const html = name.endsWith('.html')
    const chain = languageChain(language, options.defaultLanguage, languages(options.folder))
    const scope = { ...withSydentForms(values, html), language: chain[0] ?? 'en' }
    if (options.folder !== null) {
      try {
        return engine(chain, html, true).renderFileSync(name, scope)
      } catch (error) {
        if (options.strict === true) throw error
        options.log.error(
          { template: name, ...describeTemplateError(error) },
          'template has an error, using the built-in one',
        )
      }
    }
    return engine(chain, html, false).renderFileSync(name, scope)
  }

  return {
    render,
    languageFor: (language) =>
      languageChain(language, options.defaultLanguage, languages(options.folder))[0] ?? 'en',
  }
}

/** The operator's files, with what is not saved yet in front of them. */
interface OwnFiles {
  readonly folder: string | null
  readonly exists: (path: string) => boolean
  readonly read: (path: string) => string
}

function ownFiles({ folder, unsaved }: TemplatesOptions): OwnFiles {
  const drafts = new Map(
    folder === null ? [] : [...(unsaved ?? [])].map(([name, source]) => [join(folder, name), source]),
  )
  return {
    folder,
    exists: (path) => drafts.has(path) || existsSync(path),
    read: (path) => drafts.get(path) ?? readFileSync(path, 'utf8'),
  }
}

function createEngine(
  folders: string[],
  html: boolean,
  { folder: ownFolder, exists, read: readOwn }: OwnFiles,
  known: ReadonlySet<string>,
): Liquid {
  const own = ownFolder !== null && folders.some((folder) => folder.startsWith(ownFolder))
  const read = (path: string): string => {
    const source = readOwn(path).replace(/^\ufeff/, '')
    return own && !path.startsWith(builtinFolder) ? translateDialects(source, known) : source
  }
  const engine = new Liquid({
    root: folders,
    // Own templates are read anew each time, as they are edited while Signpost runs; ours never change.
    cache: !own,
    ...(html ? { outputEscape: 'escape' as const } : {}),
    jsTruthy: true,
    strictFilters: true,
    strictVariables: false,
    ownPropertyOnly: true,
    relativeReference: false,
    renderLimit: 2000,
    memoryLimit: 10_000_000,
    fs: {
      existsSync: exists,
      exists: async (path) => exists(path),
      readFileSync: read,
      readFile: async (path) => read(path),
      resolve: (folder, file) => join(folder, file),
      containsSync: (folder, file) => file.startsWith(join(folder, sep)),
      contains: async (folder, file) => file.startsWith(join(folder, sep)),
      sep,
    },
  })
  addFilters(engine, html)
  return engine
}

/** In each language the operator's file comes before ours; what all languages share comes last. */
function roots(chain: readonly string[], own: string | null): string[] {
  return [...chain, 'shared'].flatMap((language) => [
    ...(own === null ? [] : [join(own, language)]),
    join(builtinFolder, language),
  ])
}

/** Languages that have templates, Signpost's and the operator's. */
export function languages(own: string | null): ReadonlySet<string> {
  return new Set(
    [...folderNames(builtinFolder), ...(own === null ? [] : folderNames(own))].filter(
      (name) => name !== 'shared',
    ),
  )
}

function folderNames(folder: string): string[] {
  let entries: Dirent[]
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
}

/** Sydent has each value also as `name_forhtml` and `name_forurl`. In HTML the engine escapes, so once is enough. */
function withSydentForms(values: TemplateValues, html: boolean): TemplateValues {
  const forms = Object.entries(values).flatMap(([name, value]) => [
    [`${name}_forhtml`, html ? value : escapeHtml(value)],
    [`${name}_forurl`, percentEncode(value)],
  ])
  return { ...Object.fromEntries(forms), ...values }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
