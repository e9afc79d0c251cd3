import type { texts as english } from '../en/tls.ts'
import type { Translation } from '../format-text.ts'

export const texts: Translation<typeof english> = {
  title: 'TLS & Proxy',
}
