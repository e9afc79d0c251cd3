import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Set up Signpost',
} as const satisfies Texts
