import type { Clock } from '../../runtime.ts'
import type { SamplePerson } from '../check.ts'
import type { BackendContext } from '../kind.ts'
import { asSample } from '../person.ts'
import { ldapSection, type LdapConnectionSettings } from './config.ts'
import { textsOf, type LdapEntry } from './entry.ts'
import { allOf, parseFilter } from './filters.ts'
import { guessAttributes, type GuessedAttributes } from './guess-attributes.ts'
import { createLayout } from './layout.ts'
import { readPerson } from './people.ts'
import { presetOf, type Preset, type PresetName } from './presets.ts'
import { readRootDse } from './root-dse.ts'
import { createConnector } from './wire/connector.ts'
import { resultCode, searchFailure } from './wire/result-codes.ts'
import type { LdapSession } from './wire/session.ts'

/** Settings that probably fit a directory; the keys are those of the configuration. */
export interface LdapGuess {
  readonly preset: PresetName
  readonly bases: readonly string[]
  readonly attributes: GuessedAttributes
  /** What the guesses rest on, as sentences. */
  readonly reasons: readonly string[]
  /** Some people as they would be known with these settings. */
  readonly sample: readonly SamplePerson[]
}

export interface GuessSettings extends LdapConnectionSettings {
  /** As far as they are known already. */
  readonly bases?: readonly string[]
}

const READ = 200
const SHOWN = 20

/** Looks into a directory that is not configured yet. Throws BackendFailure when it cannot be entered. */
export async function guessLdap(
  settings: GuessSettings,
  context: BackendContext,
  signal: AbortSignal,
): Promise<LdapGuess> {
  const session = await createConnector(settings, context).open(signal)
  try {
    const root = await readRootDse(session, ['*', '+'], signal)
    const { preset, reason } = guessPreset(root)
    const bases = settings.bases ?? topsIn(root)
    const entries = await someEntries(session, bases, presetOf(preset), context.clock, signal)
    const { attributes, reasons } = guessAttributes(entries, presetOf(preset))
    const config = ldapSection.parse({
      id: context.id,
      type: 'ldap',
      servers: settings.servers,
      preset,
      attributes,
    })
    const layout = createLayout(config, context.domain, context.clock)
    return {
      preset,
      bases,
      attributes,
      reasons: [reason, ...reasons],
      sample: entries.slice(0, SHOWN).map((entry) => asSample(readPerson(entry, layout))),
    }
  } finally {
    session.close()
  }
}

/** LDAP_CAP_ACTIVE_DIRECTORY_OID (MS-ADTS 3.1.1.3.4.3.1). */
const activeDirectoryCapability = '1.2.840.113556.1.4.800'

function guessPreset(root: LdapEntry): { readonly preset: PresetName; readonly reason: string } {
  const vendor = textsOf(root, 'vendorName').join(' ')
  const guess = (preset: PresetName, reason: string) => ({ preset, reason })
  if (/samba/i.test(vendor)) return guess('samba', `The server calls its maker "${vendor}".`)
  if (textsOf(root, 'supportedCapabilities').includes(activeDirectoryCapability))
    return guess('activeDirectory', 'The server has the capabilities of Active Directory.')
  if (/389|fedora|red hat|sun |oracle|netscape/i.test(vendor))
    return guess('389ds', `The server calls its maker "${vendor}".`)
  if (/netiq|novell|micro focus|opentext/i.test(vendor))
    return guess('edirectory', `The server calls its maker "${vendor}".`)
  if (textsOf(root, 'objectClass').includes('OpenLDAProotDSE'))
    return guess('openldap', 'The server is an OpenLDAP.')
  return guess('openldap', 'The server does not say what it is.')
}

/** Where people may be: not in what a server keeps for itself. */
function topsIn(root: LdapEntry): readonly string[] {
  const [main] = textsOf(root, 'defaultNamingContext')
  if (main !== undefined) return [main]
  const own =
    /^(?:cn=(?:config|schema|changelog|monitor|accesslog)|o=netscaperoot|dc=(?:domain|forest)dnszones)/i
  return textsOf(root, 'namingContexts').filter((dn) => dn !== '' && !own.test(dn))
}

async function someEntries(
  session: LdapSession,
  bases: readonly string[],
  { person, enabled, key }: Preset,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly LdapEntry[]> {
  const filters = [person, ...(enabled === null ? [] : [enabled(new Date(clock.now()))])]
  const filter = allOf(filters.map((text) => parseFilter(text, 'preset')))
  const attributes = ['*', key]
  const entries: LdapEntry[] = []
  for (const base of bases) {
    const sizeLimit = READ - entries.length
    const result = await session.search({ base, scope: 'sub', filter, attributes, sizeLimit }, signal)
    const { code } = result
    if (code !== resultCode.success && code !== resultCode.sizeLimitExceeded)
      throw searchFailure(session.server, base, result)
    entries.push(...result.entries)
    if (entries.length >= READ) break
  }
  return entries
}
