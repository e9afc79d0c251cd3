import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Doctor',
} as const satisfies Texts
