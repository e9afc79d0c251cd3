import type { AnswerOf } from '../../api/client.ts'
import type { PlainKey } from '../../texts/use-text.tsx'

export type Charts = AnswerOf<'GET /api/charts'>
export type Range = Charts['range']

export const rangeTexts = {
  '1h': 'range1h',
  '24h': 'range24h',
  '7d': 'range7d',
  '30d': 'range30d',
  '1y': 'range1y',
} as const satisfies Record<Range, PlainKey<'charts'>>

export const ranges = Object.keys(rangeTexts) as Range[]

/** The range in the address of the page; the day before now when it names none. */
export const readRange = (text: string | null): Range => ranges.find((range) => range === text) ?? '24h'

/** Points of the axis of these are hours; those of the others are days. */
export const isWithinDays = (range: Range): boolean => range === '1h' || range === '24h'
