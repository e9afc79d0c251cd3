import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Policies',
} as const satisfies Texts
