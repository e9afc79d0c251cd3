import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Backends',
} as const satisfies Texts
