import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { systemErrorCode } from '../../config/file-error.ts'
import { besides } from './source.ts'

/** A file of the template folder, ready to be written. */
export interface TemplateFile {
  /** Within the folder of a language. */
  readonly name: string
  readonly text: string
}

export interface TemplateOutcome {
  /** The file of the other server. */
  readonly from: string
  /** What became of it; empty when it could not be used. */
  readonly files: readonly string[]
  readonly note: string
}

export interface ImportedTemplates {
  readonly files: readonly TemplateFile[]
  readonly outcomes: readonly TemplateOutcome[]
}

export interface TemplateSource {
  readonly path: string
  /** `mail`: a whole message; it becomes `<name>.subject.txt`, `.txt` and `.html`. `text` and `page`: the file itself. */
  readonly kind: 'mail' | 'text' | 'page'
  readonly name: string
}

/** Signpost's own words for what the other server filled in by itself. */
const boundary = 'signpost-import-boundary'

/** Reads templates of the other server; their notation stays, as Signpost reads it. Built-in ones are passed over. */
export async function readTemplates(
  configPath: string,
  sources: readonly TemplateSource[],
): Promise<ImportedTemplates> {
  const files: TemplateFile[] = []
  const outcomes: TemplateOutcome[] = []
  for (const source of sources) {
    const read = source.path.startsWith('classpath:')
      ? null
      : await readTemplate(besides(configPath, source.path))
    if (read === null) {
      outcomes.push({
        from: source.path,
        files: [],
        note: 'It is not there, or built in: Signpost has its own.',
      })
      continue
    }
    const made = await split(source, read)
    files.push(...made)
    outcomes.push({ from: source.path, files: made.map(({ name }) => name), note: noteOn(read) })
  }
  return { files, outcomes }
}

async function readTemplate(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error
    return null
  }
}

async function split({ kind, name }: TemplateSource, text: string): Promise<readonly TemplateFile[]> {
  if (kind === 'text') return [{ name: `${name}.txt`, text }]
  if (kind === 'page') return [{ name: `${name}.html`, text }]
  const message = await PostalMime.parse(withFixedBoundary(text))
  const parts: readonly (readonly [string, string | undefined])[] = [
    [`${name}.subject.txt`, ownSubject(message.subject)],
    [`${name}.txt`, message.text],
    [`${name}.html`, message.html],
  ]
  return parts.flatMap(([file, part]) => {
    return part === undefined || part.trim() === '' ? [] : [{ name: file, text: part }]
  })
}

/** Sydent puts a new boundary into every mail. */
function withFixedBoundary(text: string): string {
  return text.replaceAll(/%\(multipart_boundary\)s|\{\{\s*multipart_boundary[^}]*\}\}/g, boundary)
}

/** Sydent makes the subject of an invitation elsewhere, and its templates only name it. */
function ownSubject(subject: string | undefined): string | undefined {
  return subject?.includes('subject_header_value') === true ? undefined : subject
}

function noteOn(text: string): string {
  if (/(matrix\.org|vector\.im)[^"'\s]*sign-ed25519/i.test(text))
    return 'It names the identity server of matrix.org or vector.im in its link: write {{ link }} instead.'
  return /\{%|\{\{/.test(text) ? 'Look at it once: Signpost reads the usual part of Jinja2.' : ''
}

/** The templates that mxisd and ma1sd let an operator replace. */
export function mxisdTemplateSources(paths: Readonly<Record<string, string | undefined>>): TemplateSource[] {
  const known: readonly (readonly [string, TemplateSource['kind'], string])[] = [
    ['email.invite', 'mail', 'invitation'],
    ['email.session.validation', 'mail', 'validation'],
    ['email.session.unbind.notification', 'mail', 'unbind-notice'],
    ['msisdn.invite', 'text', 'sms-invitation'],
    ['msisdn.session.validation', 'text', 'sms-validation'],
    ['page.success', 'page', 'validation-success'],
  ]
  return known.flatMap(([key, kind, name]) => {
    const path = paths[key]
    return path === undefined ? [] : [{ path, kind, name }]
  })
}

/** The files of one brand; a Jinja2 template comes before the older form. */
export function sydentTemplateSources(folder: string): readonly (readonly TemplateSource[])[] {
  const either = (file: string, name: string): readonly TemplateSource[] =>
    [`${file}.eml.j2`, `${file}.eml`].map((each) => ({ path: join(folder, each), kind: 'mail', name }))
  const page = { path: join(folder, 'verify_response_template.html'), kind: 'page' } as const
  return [
    either('verification_template', 'validation'),
    either('invite_template', 'invitation'),
    [{ ...page, name: 'validation-success' }],
    [{ ...page, name: 'validation-failure' }],
  ]
}
