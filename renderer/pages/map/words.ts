import type { MapArrow, MapNode } from '../../../src/admin/map/contract.ts'
import { useFormats, useText, type PlainKey } from '../../texts/use-text.tsx'

type Key = PlainKey<'map'>

const kindTexts = {
  clients: 'clients',
  proxy: 'proxy',
  homeserver: 'homeserver',
  signpost: 'title',
  backend: 'backend',
  mail: 'mail',
  sms: 'sms',
  central: 'central',
  bridge: 'bridge',
  peer: 'peer',
} as const satisfies Record<MapNode['kind'], Key>

const typeTexts: Readonly<Record<string, Key>> = {
  list: 'typeList',
  ldap: 'typeLdap',
  sql: 'typeSql',
  synapse: 'typeSynapse',
  rest: 'typeRest',
  exec: 'typeExec',
  wordpress: 'typeWordpress',
  firebase: 'typeFirebase',
  smtp: 'typeSmtp',
  sendgrid: 'typeSendgrid',
  twilio: 'typeTwilio',
  http: 'typeHttp',
  log: 'onlyLogged',
}

const flowTexts = {
  identity: 'flowIdentity',
  proxy: 'flowProxy',
  lookup: 'flowLookup',
  sync: 'flowSync',
  mail: 'flowMail',
  sms: 'flowSms',
  openid: 'flowOpenid',
  passing: 'flowPassing',
  onbind: 'flowOnbind',
  federation: 'flowFederation',
} as const satisfies Record<MapArrow['flow'], Key>

/** What the parts of the picture are called. */
export function useMapWords() {
  const t = useText('map')
  const formats = useFormats()

  /** Kinds whose name says nothing of its own, or that nobody has named, go by their kind. */
  function name({ kind, name, state }: MapNode): string {
    if (kind === 'signpost') return 'Signpost'
    if (name === null || (kind === 'homeserver' && state === 'off')) return t(kindTexts[kind])
    return kind === 'central' || kind === 'bridge' ? (URL.parse(name)?.host ?? name) : name
  }

  function what({ kind, name, type, state, integrations = [] }: MapNode): string {
    if (kind === 'clients') return t('clientsWhat')
    if (kind === 'proxy') return t('proxyWhat')
    if (kind === 'signpost') return name ?? ''
    const typeText = type === null ? undefined : typeTexts[type]
    if (state === 'off') return t(typeText === 'onlyLogged' ? typeText : 'notSetUp')
    if (integrations.length > 0) return t('homeserverWith', { count: integrations.length })
    return typeText === undefined ? t(kindTexts[kind]) : t(typeText)
  }

  const time = (ms: number): string => (ms < 1 ? t('underOneMs') : formats.duration(ms))

  return { name, what, flow: ({ flow }: MapArrow) => t(flowTexts[flow]), time }
}

export type MapWords = ReturnType<typeof useMapWords>
