import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Map',
} as const satisfies Texts
