/** Matrix IDs as an operator lists them: `*` stands for any characters. */
export interface IdList {
  has(mxid: string): boolean
}

/** The list that `entries` says at the moment; it is read again only when that is another one. */
export function followIdList(entries: () => readonly string[]): IdList {
  let seen: readonly string[] | null = null
  let list = createIdList([])
  return {
    has(mxid) {
      const current = entries()
      if (current !== seen) {
        list = createIdList(current)
        seen = current
      }
      return list.has(mxid)
    },
  }
}

export function createIdList(entries: readonly string[]): IdList {
  const whole = new Set(entries.filter((entry) => !entry.includes('*')))
  const parts = entries.filter((entry) => entry.includes('*')).map((entry) => entry.split('*'))
  return { has: (mxid) => whole.has(mxid) || parts.some((pieces) => fits(mxid, pieces)) }
}

/** By hand: a regular expression with several `.*` takes its time over a long ID. */
function fits(text: string, pieces: readonly string[]): boolean {
  const first = pieces[0] ?? ''
  const last = pieces.at(-1) ?? ''
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at)
    if (found === -1) return false
    at = found + piece.length
  }
  return at <= text.length - last.length
}
