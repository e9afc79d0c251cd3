import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'TLS & proxy',
} as const satisfies Texts
