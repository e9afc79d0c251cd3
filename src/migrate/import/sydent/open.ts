import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseUserId } from '../../../matrix/identifiers.ts'
import type { Reading, SourceData } from '../data.ts'
import { openSourceDatabase } from '../database/open-source-database.ts'
import type { SourceDatabase } from '../database/source-database.ts'
import { publicKeyOf, type ImportedKeys } from '../keys.ts'
import { countLeft, nothing, type OpenedImport, type OpenOptions } from '../opened.ts'
import { asBoolean } from '../settings/rules.ts'
import { besides, readSourceText, unreadable, type ImportSource } from '../source.ts'
import {
  readTemplates,
  sydentTemplateSources,
  type ImportedTemplates,
  type TemplateFile,
  type TemplateSource,
} from '../templates.ts'
import { sydentAssociations } from './bindings.ts'
import { parseIni, type Ini } from './ini.ts'
import { sydentInvitationKeys, sydentInvitations, type SydentInvitationRules } from './invitations.ts'
import { sydentAccounts, sydentSessions, sydentTerms, sydentTokens } from './people.ts'
import { mapSydentSettings } from './settings.ts'
import { readSydentKey } from './signing-key.ts'

const leftTables = {
  hashing_metadata: 'Hashes are made anew with a pepper of Signpost.',
  threepid_token_auths:
    'Codes are made anew; whoever was in the middle of a validation asks for another one.',
  peers: 'Signposts do not replicate; other organisations are asked by federation.',
  peer_pubkeys: 'Signposts do not replicate; other organisations are asked by federation.',
}

/** Opens Sydent. Throws `OperatorError`. */
export async function openSydent(source: ImportSource, options: OpenOptions): Promise<OpenedImport> {
  const file = await readSourceText(source)
  const ini = parseIni(file.text)
  const keys = source.withoutKeys === true ? null : readKeys(ini, file.path)
  const location = source.database ?? besides(file.path, ini.get('db', 'db.file') ?? 'sydent.db')
  const database = await openSourceDatabase(location)
  try {
    const serverName = ini.get('general', 'server.name') ?? ''
    const domain = source.domain ?? options.ownDomain ?? (await usualDomain(database)) ?? serverName
    const rules: SydentInvitationRules = {
      publicKey: keys === null ? null : publicKeyOf(keys.current),
      deletesDelivered: asBoolean(ini.get('general', 'delete_tokens_on_bind')) ?? true,
      expireAfter: options.expireAfter,
    }
    return {
      configPath: file.path,
      domain,
      settings: await mapSydentSettings(ini, file.path, domain),
      keys,
      templates: await templatesOf(ini, file.path),
      database,
      data: dataOf(database, serverName, rules),
      heardUntil: null,
      leftTables: await countLeft(database, leftTables),
      warnings: warningsOf(ini),
      close: () => database.close(),
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

function readKeys(ini: Ini, path: string): ImportedKeys {
  const keys = readSydentKey(ini.get('crypto', 'ed25519.signingkey'))
  if (keys !== null) return keys
  throw unreadable(
    path,
    'It holds no signing key ([crypto] ed25519.signingkey), or not in a form that Sydent writes.',
    'Name the file that the running Sydent uses: it writes its key into it. To go on without: --without-keys.',
  )
}

/** The homeserver of most of those who bound an address last; null when nobody did. */
async function usualDomain(database: SourceDatabase): Promise<string | null> {
  const counts = new Map<string, number>()
  for await (const page of database.rows('local_threepid_associations', ['mxid'])) {
    for (const { mxid } of page) {
      const server = typeof mxid === 'string' ? parseUserId(mxid)?.serverName : undefined
      if (server !== undefined) counts.set(server, (counts.get(server) ?? 0) + 1)
    }
    break
  }
  const [most] = [...counts].toSorted(([, one], [, other]) => other - one)
  return most?.[0] ?? null
}

function dataOf(db: SourceDatabase, serverName: string, rules: SydentInvitationRules): SourceData {
  return {
    associations: (reading: Reading) => sydentAssociations(db, serverName, reading),
    invitations: (reading: Reading) => sydentInvitations(db, rules, reading),
    invitationKeys:
      rules.publicKey === null ? nothing : (reading: Reading) => sydentInvitationKeys(db, reading),
    accounts: (reading: Reading) => sydentAccounts(db, reading),
    tokens: (reading: Reading) => sydentTokens(db, reading),
    terms: (reading: Reading) => sydentTerms(db, reading),
    sessions: (reading: Reading) => sydentSessions(db, reading),
  }
}

/** Those of the operator's own folder; the bundled ones are `res`, beside the program. */
async function templatesOf(ini: Ini, configPath: string): Promise<ImportedTemplates> {
  const sms = ini.get('sms', 'bodyTemplate')
  const files: TemplateFile[] = []
  if (sms !== undefined && sms !== '')
    files.push({ name: 'sms-validation.txt', text: sms.replaceAll('{token}', '{{ token }}') })
  const subject = ini.raw('email', 'email.invite.subject')
  if (subject !== undefined && subject !== '') files.push(subjectOf(subject, ini))
  const folder = ini.get('general', 'templates.path')
  if (folder === undefined || folder === '' || folder === 'res') return { files, outcomes: [] }
  const brand = join(besides(configPath, folder), ini.get('general', 'brand.default') ?? 'matrix-org')
  const sources: TemplateSource[] = []
  for (const choices of sydentTemplateSources(brand)) {
    const found = await firstThere(choices)
    if (found !== undefined) sources.push(found)
  }
  const read = await readTemplates(configPath, sources)
  const made = new Set(files.map(({ name }) => name))
  return { files: [...files, ...read.files.filter(({ name }) => !made.has(name))], outcomes: read.outcomes }
}

/** Sydent has a subject for rooms, and one for spaces. */
function subjectOf(room: string, ini: Ini): TemplateFile {
  const space = ini.raw('email', 'email.invite.subject_space')
  const text =
    space === undefined || space === ''
      ? room
      : `{% if room_type == "m.space" %}${space}{% else %}${room}{% endif %}`
  return { name: 'invitation.subject.txt', text }
}

async function firstThere(choices: readonly TemplateSource[]): Promise<TemplateSource | undefined> {
  for (const choice of choices) {
    if ((await stat(choice.path).catch(() => null)) !== null) return choice
  }
  return undefined
}

function warningsOf(ini: Ini): readonly string[] {
  const base = ini.get('http', 'client_http_base')
  return base === undefined || base === ''
    ? ['client_http_base is empty: write server.publicUrl, under which clients reach this server.']
    : []
}
