import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Settings',
} as const satisfies Texts
