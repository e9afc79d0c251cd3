import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Charts',
} as const satisfies Texts
