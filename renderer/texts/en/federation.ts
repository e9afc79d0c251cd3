import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Federation',
} as const satisfies Texts
