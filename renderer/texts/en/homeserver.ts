import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Homeserver',
} as const satisfies Texts
