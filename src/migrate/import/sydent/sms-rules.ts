import { getCountries, getCountryCallingCode } from 'libphonenumber-js/min'
import type { SettingsDraft } from '../settings/draft.ts'
import type { Ini } from './ini.ts'

const gateway = 'https://smsc.openmarket.com/sms/v4/mt'
/** OpenMarket's `ton` of a sender (its SMS v4 API). */
const kinds: Readonly<Record<string, number>> = { long: 1, short: 3, alpha: 5 }

/** OpenMarket, which is all that Sydent knows, by the general HTTP transport. */
export function mapSydentSms(ini: Ini, draft: SettingsDraft): void {
  const [user, password] = [ini.get('sms', 'username'), ini.get('sms', 'password')]
  const isUsed = user !== undefined && user !== ''
  for (const option of optionsOf(ini)) mapOption(option, ini.get('sms', option) ?? '', isUsed, draft)
  if (!isUsed) return
  const http = ['notifications', 'sms', 'http']
  draft.set('sms.username', ['notifications', 'sms', 'transport'], 'http')
  draft.set('sms.username', [...http, 'url'], gateway)
  draft.set('sms.originators.default', [...http, 'body'], bodyFor(ini.get('sms', 'originators.default')))
  const login = Buffer.from(`${user}:${password ?? ''}`).toString('base64')
  draft.secret('sms.password', [...http, 'headers', 'Authorization'], `Basic ${login}`)
  mapRules(ini, draft)
}

/** With those under `[DEFAULT]`, which count here as everywhere. */
const optionsOf = (ini: Ini) => [
  ...new Set([...ini.options('sms'), ...ini.options('DEFAULT').filter(isSmsOption)]),
]

export function isSmsOption(option: string): boolean {
  return /^(bodytemplate|username|password|originators\..+|smsrule\..+|(msisdn|country)\.ratelimit\..+)$/.test(
    option,
  )
}

function mapOption(option: string, value: string, isUsed: boolean, draft: SettingsDraft): void {
  const key = `sms.${option}`
  if (option === 'bodytemplate')
    draft.obsolete(key, 'Templates are read as files; see the templates of this report.')
  else if (/^originators\.\d+$/.test(option)) draft.lost(key, 'There is one sender for all countries.')
  else if (option === 'originators.default' && value.includes(','))
    draft.lost(key, 'There is one sender: the first of the list.')
  else if (/^(msisdn|country)\.ratelimit\./.test(option))
    draft.obsolete(key, 'rateLimits.requestTokenPerAddress and notifications.sms.dailyLimit hold costs down.')
  else if (!/^(username|password|originators\.default|smsrule\.\d+)$/.test(option)) draft.unknown(key)
  else if (!isUsed) draft.obsolete(key, 'Without a login no messages were sent.')
}

/** Rules name calling codes, which several countries may share. */
function mapRules(ini: Ini, draft: SettingsDraft): void {
  const denied: string[] = []
  for (const option of optionsOf(ini).filter((each) => each.startsWith('smsrule.'))) {
    const code = option.slice('smsrule.'.length)
    if (ini.get('sms', option)?.trim() !== 'reject') {
      draft.obsolete(`sms.${option}`, 'Countries that are not denied are allowed.')
      continue
    }
    const countries = getCountries().filter((country) => getCountryCallingCode(country) === code)
    denied.push(...countries)
    if (countries.length === 0) draft.lost(`sms.${option}`, 'The code belongs to no country.')
    else draft.set(`sms.${option}`, ['notifications', 'sms', 'denyCountries'], [...denied])
  }
}

function bodyFor(originators: string | undefined): string {
  const [kind = 'alpha', address = 'Matrix'] =
    (originators ?? 'alpha:Matrix').split(',')[0]?.trim().split(':') ?? []
  const source = { ton: kinds[kind] ?? kinds['alpha'], address }
  const message = { content: '{text}', type: 'text' }
  return JSON.stringify({ mobileTerminate: { message, source, destination: { address: '{to}' } } })
}
