import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Changes',
} as const satisfies Texts
