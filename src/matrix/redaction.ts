/**
 * The name under which a room shows somebody who was invited by address (`display_name` of store-invite): enough to
 * recognise, too little to write to. `Carol@Example.com` becomes `Car...@Exa...`.
 *
 * Each side of the first `@` is cut by itself. `limit` is the number of characters (code points) a longer part keeps;
 * a part of no more than that keeps fewer, since the whole would give it away.
 */
export function redactAddress(address: string, limit = 3): string {
  const at = address.indexOf('@')
  if (at === -1) return redactPart(address, limit)
  return `${redactPart(address.slice(0, at), limit)}@${redactPart(address.slice(at + 1), limit)}`
}

function redactPart(part: string, limit: number): string {
  const characters = [...part]
  return `${characters.slice(0, keptCharacters(characters.length, limit)).join('')}...`
}

function keptCharacters(length: number, limit: number): number {
  if (length > limit) return limit
  if (length > 5) return 3
  return length > 1 ? 1 : 0
}
