import type { ActivityFilter } from '../../activity/log/query.ts'
import { subjectOf } from '../../activity/log/subject.ts'
import type { KeyRing } from '../../keys/key-ring.ts'
import { parseServerName, parseUserId } from '../../matrix/identifiers.ts'
import { parseIp } from '../../net/ip-address.ts'
import { readTypedAddress } from './typed-address.ts'

/** What somebody typed into the search field, as the filter that it stands for. */
export function filterOfText(text: string, keyRing: Pick<KeyRing, 'derive'>): ActivityFilter {
  if (parseUserId(text) !== null) return { user: text }
  const address = readTypedAddress(text)
  if (address !== null) return { subject: subjectOf(keyRing, address) }
  if (/^M_[A-Z_]+$/.test(text)) return { code: text }
  if (parseIp(text) !== null) return { ip: text }
  return text.includes('.') && parseServerName(text) !== null ? { server: text } : { source: text }
}
