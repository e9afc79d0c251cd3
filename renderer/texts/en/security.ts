import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Security & keys',
} as const satisfies Texts
