import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Backups',
} as const satisfies Texts
