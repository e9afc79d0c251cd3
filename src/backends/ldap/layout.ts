import type { Filter } from 'ldapts'
import type { Clock } from '../../runtime.ts'
import type { PersonRules } from '../person.ts'
import type { LdapConfig, LdapUse } from './config.ts'
import { textsOf, type LdapEntry } from './entry.ts'
import { allOf, exists, parseFilter } from './filters.ts'
import { presetOf, type Preset } from './presets.ts'

/** How people are written in a directory: its preset, with what the operator decided otherwise. */
export interface Layout {
  readonly preset: Preset
  readonly user: string
  readonly name: string
  readonly emails: readonly string[]
  readonly phones: readonly string[]
  /** Where a search by name looks. */
  readonly searched: readonly string[]
  readonly photo: string
  readonly key: string
  readonly keyFormat: Preset['keyFormat']
  readonly rules: PersonRules
  /** Everything that a person is read from. */
  readonly personAttributes: readonly string[]
  /** What `isEnabled` looks at. */
  readonly stateAttributes: readonly string[]
  /** Filter of all people for one use. `disabled: true` lets in those who are switched off. */
  people(use: LdapUse, disabled?: boolean): Filter
  /** The rest of what makes an account one in use, which no filter can say. */
  isEnabled(entry: LdapEntry, disabled?: boolean): boolean
}

/** Throws BackendFailure `configuration` for filters that are none. */
export function createLayout(config: LdapConfig, domain: string, clock: Clock): Layout {
  const preset = presetOf(config.preset)
  const { attributes, filters } = config
  const user = attributes.user ?? preset.user
  const name = attributes.name ?? preset.name
  const emails = attributes.emails ?? preset.emails
  const phones = attributes.phones ?? preset.phones
  const key = attributes.key ?? preset.key
  const stateAttributes = preset.lock === null ? [] : [preset.lock.attribute]

  const own = (text: string | null, setting: string) => (text === null ? [] : [parseFilter(text, setting)])
  // Entries without a user are contacts, not accounts.
  const everybody = [parseFilter(preset.person, 'preset'), exists(user), ...own(config.filter, 'filter')]
  const perUse: Readonly<Record<LdapUse, readonly Filter[]>> = {
    lookup: own(filters.lookup, 'filters.lookup'),
    search: own(filters.search, 'filters.search'),
    authentication: own(filters.authentication, 'filters.authentication'),
    profile: own(filters.profile, 'filters.profile'),
  }

  const searched = [...new Set([name, user, ...(attributes.search ?? preset.search)])]
  return {
    preset,
    user,
    name,
    emails,
    phones,
    searched,
    photo: attributes.photo ?? preset.photo,
    key,
    // An attribute of the operator's choice is text, unless it is the one that the preset knows.
    keyFormat: key.toLowerCase() === preset.key.toLowerCase() ? preset.keyFormat : 'text',
    rules: {
      domain,
      userType: config.userType,
      unsuitable: config.unsuitable,
      defaultCountry: config.defaultCountry,
    },
    stateAttributes,
    personAttributes: [...new Set([key, ...searched, ...emails, ...phones, ...stateAttributes])],
    people(use, disabled = config.includeDisabled) {
      const enabled = disabled ? undefined : preset.enabled?.(new Date(clock.now()))
      const filters = enabled === undefined ? [] : [parseFilter(enabled, 'preset')]
      return allOf([...everybody, ...perUse[use], ...filters])
    },
    isEnabled(entry, disabled = config.includeDisabled) {
      if (disabled || preset.lock === null) return true
      const { attribute, value } = preset.lock
      return !textsOf(entry, attribute).some((text) => text.toLowerCase() === value.toLowerCase())
    },
  }
}
