import type { texts as english } from '../en/activity.ts'
import type { Translation } from '../format-text.ts'

export const texts: Translation<typeof english> = {
  title: 'Aktivität',
}
