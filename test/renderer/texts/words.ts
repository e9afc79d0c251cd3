import { parseSync } from 'vite'

/**
 * The strings that some code names: as a literal, as the beginning of a template such as `state-${kind}`, or, for one such
 * as `${name}Doc`, as another word that is named and the end.
 */
export interface Words {
  has(word: string): boolean
}

export interface SourceFile {
  readonly file: string
  readonly text: string
}

/** Looks for them in the syntax trees, so that a word in a comment does not count. */
export async function wordsIn(files: readonly SourceFile[]): Promise<Words> {
  const literals = new Set<string>()
  const beginnings = new Set<string>()
  const ends = new Set<string>()

  function visit(node: unknown): void {
    if (Array.isArray(node)) return node.forEach(visit)
    if (typeof node !== 'object' || node === null) return
    if ('type' in node && node.type === 'Literal' && 'value' in node && typeof node.value === 'string') {
      literals.add(node.value)
    }
    if ('type' in node && node.type === 'TemplateLiteral' && 'quasis' in node && Array.isArray(node.quasis)) {
      visitTemplate(node.quasis)
    }
    Object.values(node).forEach(visit)
  }

  function visitTemplate(quasis: readonly unknown[]): void {
    const beginning = textOf(quasis[0])
    const end = textOf(quasis.at(-1))
    // An empty one would make every word count as used.
    if (quasis.length > 1 && beginning !== '') beginnings.add(beginning)
    else if (quasis.length === 2 && end !== '') ends.add(end)
  }

  for (const { file, text } of files) {
    const { program, errors } = parseSync(file, text)
    if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${JSON.stringify(errors[0])}`)
    visit(program)
  }
  const isLengthened = (word: string, end: string) =>
    word.endsWith(end) && literals.has(word.slice(0, -end.length))
  return {
    has: (word) =>
      literals.has(word) ||
      [...beginnings].some((beginning) => word.startsWith(beginning)) ||
      [...ends].some((end) => isLengthened(word, end)),
  }
}

function textOf(quasi: unknown): string {
  const value = typeof quasi === 'object' && quasi !== null && 'value' in quasi ? quasi.value : null
  return typeof value === 'object' && value !== null && 'cooked' in value ? String(value.cooked) : ''
}
