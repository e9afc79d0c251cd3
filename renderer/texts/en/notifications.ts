import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Notifications',
} as const satisfies Texts
