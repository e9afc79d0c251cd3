/** A filter without the spaces and line breaks that people put between its parts, and RFC 4515 does not have. */
export const tidyFilter = (text: string): string =>
  text
    .trim()
    .replaceAll(/\)\s+(?=[()])/g, ')')
    .replaceAll(/\(([&|!])\s+/g, '($1')

/** What is wrong with a tidy filter that an operator wrote (RFC 4515), as a sentence; null when nothing is. */
export function filterProblem(text: string): string | null {
  const end = endOfFilter(text, 0)
  if (typeof end === 'string') return end
  return end === text.length ? null : `Text follows the filter: ${text.slice(end)}`
}

const comparison = /^(?:[A-Za-z][A-Za-z0-9-]*|(?=:))(?:[~<>]?=|(?::dn)?(?::[A-Za-z0-9.-]+)?:=)(.*)$/s

/** Where the filter that begins at `start` ends, or what is wrong with it. */
function endOfFilter(text: string, start: number): number | string {
  if (text[start] !== '(') return `A parenthesis is missing before: ${text.slice(start) || '(the end)'}`
  const operator = text[start + 1] ?? ''
  if (!['&', '|', '!'].includes(operator)) return endOfComparison(text, start)
  let position = start + 2
  let count = 0
  while (text[position] !== ')') {
    const end = endOfFilter(text, position)
    if (typeof end === 'string') return end
    position = end
    count += 1
  }
  if (operator === '!' && count !== 1) return 'A ! stands before exactly one filter.'
  return count === 0 ? `Nothing follows the ${operator}.` : position + 1
}

function endOfComparison(text: string, start: number): number | string {
  const end = text.indexOf(')', start)
  if (end === -1) return 'A closing parenthesis is missing.'
  const body = text.slice(start + 1, end)
  const value = comparison.exec(body)?.[1]
  if (value === undefined) return `This is no comparison: ${body}`
  if (value.includes('(')) return `Write \\28 for a parenthesis in a value: ${body}`
  return /\\(?![0-9a-f]{2})/i.test(value) ? `Two hexadecimal digits follow a \\: ${body}` : end + 1
}
