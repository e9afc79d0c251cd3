import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Associations',
} as const satisfies Texts
