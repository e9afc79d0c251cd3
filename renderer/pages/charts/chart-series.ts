import type { PlainKey } from '../../texts/use-text.tsx'
import type { Charts } from './ranges.ts'

export interface Series {
  readonly name: PlainKey<'charts'>
  /** One number a step; null where nothing is known. */
  readonly values: readonly (number | null)[]
}

export interface ChartContent {
  readonly id: PlainKey<'charts'>
  readonly description?: PlainKey<'charts'>
  /** Counts are added up in the legend; milliseconds are not. */
  readonly unit: 'count' | 'ms'
  readonly series: readonly Series[]
}

/** The charts of the page in their order. */
export function contentsOf(charts: Charts): readonly ChartContent[] {
  const { lookups, validations, binds, invitations, messages, refused } = charts
  return [
    {
      id: 'lookups',
      unit: 'count',
      series: [
        { name: 'asked', values: lookups.asked },
        { name: 'found', values: lookups.found },
        { name: 'requests', values: lookups.requests },
      ],
    },
    {
      id: 'latency',
      description: 'latencyWhat',
      unit: 'ms',
      series: [
        { name: 'p50', values: lookups.p50 },
        { name: 'p95', values: lookups.p95 },
        { name: 'p99', values: lookups.p99 },
      ],
    },
    {
      id: 'invitations',
      unit: 'count',
      series: [
        { name: 'created', values: invitations.created },
        { name: 'delivered', values: invitations.delivered },
        { name: 'accepted', values: invitations.accepted },
        ...withAny('expired', invitations.expired),
        ...withAny('revoked', invitations.revoked),
        ...withAny('undeliverable', invitations.failed),
      ],
    },
    {
      id: 'people',
      unit: 'count',
      series: [
        { name: 'started', values: validations.started },
        { name: 'finished', values: validations.finished },
        { name: 'bound', values: binds.bound },
        ...withAny('unbound', binds.unbound),
      ],
    },
    {
      id: 'messages',
      unit: 'count',
      series: [
        { name: 'sent', values: messages.sent },
        { name: 'notSent', values: messages.failed },
        { name: 'refused', values: refused },
      ],
    },
  ]
}

/** What seldom happens is left out of the legend while it does not. */
function withAny(name: Series['name'], values: Series['values']): readonly Series[] {
  return values.some(isSome) ? [{ name, values }] : []
}

export const isSome = (value: number | null): boolean => value !== null && value > 0
export const isEmpty = ({ series }: ChartContent): boolean =>
  !series.some(({ values }) => values.some(isSome))
export const sumOf = ({ values }: Series): number =>
  values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
