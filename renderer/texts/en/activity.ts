import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Activity',
} as const satisfies Texts
