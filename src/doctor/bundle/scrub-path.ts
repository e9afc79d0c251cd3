import type { Scrubber } from './scrubber.ts'

/** Below these, the next part is somebody's name. */
export const homes = /^(home|users)$/i
const programFiles =
  /^[\w.@+-]+\.(js|mjs|cjs|ts|mts|json|yaml|yml|node|db|db-wal|db-shm|key|pem|crt|lock|txt|log|jsonl|csv|sock|html|py|service)$/i

/** A path, with the names of people and hosts in it replaced. */
export function scrubPath(path: string, { pseudonyms, knownWords, ownWords }: Scrubber): string {
  let above = ''
  return path.replace(/[^\\/]+/g, (part) => {
    const isHome = homes.test(above)
    above = part
    if (isHome || knownWords.has(part.toLowerCase())) return pseudonyms.user(part)
    const bare = part.replace(/(:\d+){0,2}[:.]*$/, '')
    if (programFiles.test(bare) || ownWords.has(bare)) return part
    if (/[@=]/.test(part)) return pseudonyms.thing('name', part)
    if (/^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*\.\p{L}{2,24}$/u.test(bare)) {
      return `${pseudonyms.host(bare)}${part.slice(bare.length)}`
    }
    return isPlain(part) ? part : pseudonyms.thing('id', part)
  })
}

/** A word, or several. Long parts with digits are identifiers. */
const isPlain = (part: string) =>
  !(part.length >= 16 && /\d/.test(part) && /[a-z]/i.test(part)) && !/\d{7,}/.test(part)
