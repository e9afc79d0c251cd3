/** Levels that are written on several lines; below, an entry of a list is one line. */
const OPEN_LEVELS = 4

/** JSON that people can read: sections on lines of their own, a line of the log or a finding on one. */
export function asLines(value: unknown): string {
  return `${write(value, 0)}\n`
}

function write(value: unknown, level: number): string {
  const isOpen = level < OPEN_LEVELS && typeof value === 'object' && value !== null
  if (!isOpen) return JSON.stringify(value) ?? 'null'
  const [indent, outer] = ['  '.repeat(level + 1), '  '.repeat(level)]
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    // Entries of a list are many and alike.
    return `[\n${value.map((each) => `${indent}${JSON.stringify(each)}`).join(',\n')}\n${outer}]`
  }
  const entries = Object.entries(value)
  if (entries.length === 0) return '{}'
  const lines = entries.map(
    ([name, member]) => `${indent}${JSON.stringify(name)}: ${write(member, level + 1)}`,
  )
  return `{\n${lines.join(',\n')}\n${outer}}`
}
