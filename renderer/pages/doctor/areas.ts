import type { AnswerOf } from '../../api/client.ts'
import type { PlainKey } from '../../texts/use-text.tsx'

export type Finding = AnswerOf<'POST /api/doctor'>['findings'][number]
export type Area = Finding['area']

/** The areas in the order in which the page names them. */
export const areaNames = {
  configuration: 'configuration',
  storage: 'storage',
  keys: 'keys',
  clock: 'clock',
  server: 'server',
  'public-url': 'publicUrl',
  homeserver: 'homeserver',
  backends: 'backends',
  notifications: 'notifications',
  federation: 'federation',
  deliveries: 'deliveries',
  updates: 'updates',
} as const satisfies Record<Area, PlainKey<'doctor'>>

const rank = { problem: 0, warning: 1, ok: 2, skipped: 3 } as const

/** The findings of each area that has any, the worst first. */
export function byArea(findings: readonly Finding[]): readonly (readonly [Area, readonly Finding[]])[] {
  const groups = Map.groupBy(findings, ({ area }) => area)
  return (Object.keys(areaNames) as Area[]).flatMap((area) => {
    const some = groups.get(area)?.toSorted((one, other) => rank[one.status] - rank[other.status])
    return some === undefined ? [] : [[area, some] as const]
  })
}

export const isFault = ({ status }: Finding): boolean => status === 'problem' || status === 'warning'

/** New findings of some areas in the place of the former ones. */
export function replaceAreas(former: readonly Finding[], next: readonly Finding[], areas: readonly Area[]) {
  return [...former.filter(({ area }) => !areas.includes(area)), ...next]
}
