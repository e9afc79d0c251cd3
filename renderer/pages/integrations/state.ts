import type { AnswerOf } from '../../api/client.ts'
import type { Finding } from '../../components/finding-list.tsx'
import type { StatusKind } from '../../components/status.tsx'
import { features, type FeatureState, type Obstacle } from '../../components/integration-features.ts'

export type Homeserver = AnswerOf<'GET /api/gateway/homeserver'>['homeserver']

/** What an integration is like at the moment; also the key of its word. */
export type Condition =
  'off' | 'ineffective' | 'incomplete' | 'unchecked' | 'ok' | 'warning' | 'problem' | 'unclear'

export const conditionKinds = {
  off: 'off',
  ineffective: 'warning',
  incomplete: 'warning',
  unchecked: 'unknown',
  ok: 'ok',
  warning: 'warning',
  problem: 'problem',
  unclear: 'unknown',
} as const satisfies Record<Condition, StatusKind>

/** Of all findings, those that say something about one feature: of its checks, and there only of itself. */
export function findingsOf({ id, paths }: FeatureState, findings: readonly Finding[]): readonly Finding[] {
  const isOwn = ({ check, subject }: Finding) => {
    if (subject === null || (check !== 'routes' && check !== 'intercepts')) return true
    return check === 'routes' ? paths.includes(subject) : subject === id
  }
  return findings.filter((finding) => features[id].checks.includes(finding.check) && isOwn(finding))
}

/** `findings`: of its last check; null when there was none. */
export function conditionOf(
  feature: FeatureState,
  findings: readonly Finding[] | null,
  obstacle: Obstacle | null,
): Condition {
  if (!feature.enabled) return 'off'
  if (obstacle !== null) return 'ineffective'
  if (feature.missing.length > 0) return 'incomplete'
  if (findings === null) return 'unchecked'
  const seen = findingsOf(feature, findings).map(({ status }) => status)
  if (seen.includes('problem')) return 'problem'
  if (seen.includes('warning')) return 'warning'
  return seen.includes('skipped') ? 'unclear' : 'ok'
}
