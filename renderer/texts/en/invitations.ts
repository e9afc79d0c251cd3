import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Invitations',
} as const satisfies Texts
