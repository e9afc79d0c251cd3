import type { Activity } from '../../activity/activity.ts'
import type { ConfigHolder } from '../../config/apply.ts'
import type { Config } from '../../config/schema.ts'
import type { SafeChange } from '../../gateway/safe-change/safe-change.ts'
import type { TlsStatus } from '../../gateway/tls/status.ts'
import type { OverviewNumbers } from '../map/shapes.ts'
import type { OverviewNotice } from './contract.ts'

export interface NoticeSources {
  readonly holder: Pick<ConfigHolder, 'current' | 'restartNeeded'>
  readonly activity: Activity
  readonly tls: { status(): Promise<TlsStatus> }
  readonly safeChange: () => Pick<SafeChange, 'isTrying'>
  readonly numbers: OverviewNumbers
  readonly now: number
}

const DAY_MS = 86_400_000
/** Whoever has to renew by hand needs two weeks' notice. */
const EXPIRES_SOON_MS = 14 * DAY_MS

/** What needs a look, the most pressing first. Nobody is asked for it. */
export async function readNotices(sources: NoticeSources): Promise<readonly OverviewNotice[]> {
  const { holder, activity, numbers } = sources
  const config = holder.current()
  const notices = [
    ...ofCertificate(await sources.tls.status(), sources.now),
    ...ofDependencies(activity),
    ...ofMessages(numbers),
    ...ofChanges(sources),
    ...ofExposure(config),
    ...ofLoss(activity),
  ]
  const levels = ['error', 'warning', 'info']
  return notices.toSorted((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level))
}

type Level = OverviewNotice['level']

function notice(
  code: OverviewNotice['code'],
  level: Level,
  page: string,
  params: OverviewNotice['params'] = {},
): OverviewNotice {
  return { code, level, params, page }
}

function ofCertificate(
  { certificate, verdicts, nextRenewal, lastError }: TlsStatus,
  now: number,
): OverviewNotice[] {
  const [worst] = verdicts
  if (lastError !== null) {
    return [
      notice('certificate-problem', certificate === null ? 'error' : 'warning', '/tls', {
        code: lastError.code,
      }),
    ]
  }
  if (worst !== undefined && worst.severity !== 'warning') {
    return [notice('certificate-problem', 'error', '/tls', { code: worst.code })]
  }
  // One that Signpost renews by itself is renewed long before.
  const isDue = certificate !== null && nextRenewal === null && certificate.notAfter - now < EXPIRES_SOON_MS
  return isDue ? [notice('certificate-expires', 'warning', '/tls', { at: certificate.notAfter })] : []
}

/** Peers come and go, and are others' business. */
function ofDependencies({ dependencies }: Activity): OverviewNotice[] {
  return dependencies
    .all()
    .filter(({ kind, state }) => kind === 'backend' && state === 'problem')
    .map(({ name, lastError }) =>
      notice('backend-down', 'error', `/backends/${name}`, {
        backend: name,
        code: lastError?.code ?? '',
        reason: lastError?.reason ?? '',
      }),
    )
}

function ofMessages({ messagesFailed: count }: OverviewNumbers): OverviewNotice[] {
  return count === 0 ? [] : [notice('messages-failed', 'warning', '/notifications?state=failed', { count })]
}

function ofChanges({ holder, safeChange }: NoticeSources): OverviewNotice[] {
  const keys = holder.restartNeeded()
  return [
    ...(keys.length === 0
      ? []
      : [notice('restart-needed', 'warning', '/settings', { count: keys.length, keys: keys.join(', ') })]),
    ...(safeChange().isTrying() ? [notice('change-on-trial', 'warning', '/settings')] : []),
  ]
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/

function ofExposure(config: Config): OverviewNotice[] {
  const plaintext = config.backends.flatMap((backend) => {
    if (!backend.enabled || backend.type !== 'ldap' || backend.startTls) return []
    return backend.servers.some(isPlaintext) ? [backend.id] : []
  })
  const { host } = config.admin.listen
  return [
    ...plaintext.map((backend) => notice('plaintext-ldap', 'warning', `/backends/${backend}`, { backend })),
    ...(loopback.test(host) ? [] : [notice('admin-reachable', 'info', '/security', { host })]),
  ]
}

/** A directory on this machine needs no encryption on the way. */
function isPlaintext(server: string): boolean {
  const url = URL.parse(server)
  return url !== null && url.protocol === 'ldap:' && !loopback.test(url.hostname.replace(/^\[|\]$/g, ''))
}

function ofLoss({ log }: Activity): OverviewNotice[] {
  const rows = log.lost()
  return rows === 0 ? [] : [notice('activity-lost', 'info', '/activity?kind=loss', { rows })]
}
