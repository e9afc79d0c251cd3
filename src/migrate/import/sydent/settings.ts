import { parse } from 'yaml'
import { createSettingsDraft, isObject, type SettingsDraft } from '../settings/draft.ts'
import { asText } from '../settings/rules.ts'
import { besides, readInput } from '../source.ts'
import type { Ini } from './ini.ts'
import { sydentServerRules } from './server-rules.ts'
import { isSmsOption, mapSydentSms } from './sms-rules.ts'

/** Every option of the file, and what becomes of it. Throws `OperatorError` when the terms it names cannot be read. */
export async function mapSydentSettings(
  ini: Ini,
  configPath: string,
  domain: string,
): Promise<SettingsDraft> {
  const draft = createSettingsDraft()
  draft.byDefault(['matrix', 'domain'], domain, 'Sydent does not know it; see --domain.')
  for (const section of ini.sections()) {
    if (section === 'sms') continue
    for (const option of ini.options(section)) mapOption(ini, section, option, draft)
  }
  mapSydentSms(ini, draft)
  mapDefaults(ini, draft)
  await mapTerms(ini, configPath, draft)
  setDefaults(ini, draft)
  return draft
}

function mapOption(ini: Ini, section: string, option: string, draft: SettingsDraft): void {
  const key = `${section}.${option}`
  if (section.startsWith('peer.'))
    return draft.lost(key, 'Signposts do not replicate; other organisations are asked by federation.')
  const value = ini.get(section, option)
  if (value === undefined || value === '') return draft.obsolete(key, 'It is empty.')
  const rule = sydentServerRules[key]
  if (rule === undefined) draft.unknown(key)
  else rule(value, key, draft, [])
}

/** Options under `[DEFAULT]` count in every section, whoever asks for them there. */
function mapDefaults(ini: Ini, draft: SettingsDraft): void {
  const rules = Object.keys(sydentServerRules).map((key) => {
    const [section = '', ...option] = key.split('.')
    return { section, option: option.join('.') }
  })
  for (const name of ini.options('DEFAULT')) {
    const meant = rules.find(({ option }) => option === name)
    if (meant !== undefined) {
      if (!ini.options(meant.section).includes(name)) mapOption(ini, meant.section, name, draft)
    } else if (ini.isReferredTo(name)) draft.obsolete(`DEFAULT.${name}`, 'It is a part of other values.')
    else if (!isSmsOption(name)) draft.unknown(`DEFAULT.${name}`)
  }
}

/** YAML: `master_version`, and `docs` by id with `version` and `langs`. */
async function mapTerms(ini: Ini, configPath: string, draft: SettingsDraft): Promise<void> {
  const file = ini.get('general', 'terms.path')
  if (file === undefined || file === '') return
  const path = besides(configPath, file)
  const tree: unknown = parse((await readInput(path)).toString('utf8'), { logLevel: 'silent' })
  const docs = isObject(tree) && isObject(tree['docs']) ? tree['docs'] : {}
  for (const [id, doc] of Object.entries(docs)) {
    if (!isObject(doc)) continue
    const languages = isObject(doc['langs']) ? doc['langs'] : {}
    draft.set(`terms ${id}`, ['terms', id], { version: asText(doc['version']) ?? '1.0', ...languages })
  }
  if (isObject(tree) && tree['master_version'] !== undefined)
    draft.obsolete('terms master_version', 'Users accept documents by their URLs; a new URL asks anew.')
}

function setDefaults(ini: Ini, draft: SettingsDraft): void {
  draft.byDefault(['server', 'listen', 'host'], '::', 'It listened on all addresses of the machine.')
  draft.byDefault(['server', 'listen', 'port'], 8090, 'The port stays, and with it the reverse proxy.')
  if (ini.sections().includes('email')) {
    draft.byDefault(['notifications', 'email', 'transport'], 'smtp', 'Mails went out by SMTP.')
    draft.byDefault(['notifications', 'email', 'smtp', 'port'], 25, 'It was the default.')
    draft.byDefault(['notifications', 'email', 'smtp', 'security'], 'none', 'It was the default.')
  }
}
