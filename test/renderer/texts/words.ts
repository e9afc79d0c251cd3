import { parseSync } from 'vite'

/** The strings that some code names: as a literal, or as the beginning of a template such as `state-${kind}`. */
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

  function visit(node: unknown): void {
    if (Array.isArray(node)) return node.forEach(visit)
    if (typeof node !== 'object' || node === null) return
    if ('type' in node && node.type === 'Literal' && 'value' in node && typeof node.value === 'string') {
      literals.add(node.value)
    }
    if ('type' in node && node.type === 'TemplateLiteral' && 'quasis' in node && Array.isArray(node.quasis)) {
      const beginning = firstText(node.quasis[0])
      // An empty one would make every word count as used.
      if (node.quasis.length > 1 && beginning !== '') beginnings.add(beginning)
    }
    Object.values(node).forEach(visit)
  }

  for (const { file, text } of files) {
    const { program, errors } = parseSync(file, text)
    if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${JSON.stringify(errors[0])}`)
    visit(program)
  }
  return {
    has: (word) => literals.has(word) || [...beginnings].some((beginning) => word.startsWith(beginning)),
  }
}

function firstText(quasi: unknown): string {
  const value = typeof quasi === 'object' && quasi !== null && 'value' in quasi ? quasi.value : null
  return typeof value === 'object' && value !== null && 'cooked' in value ? String(value.cooked) : ''
}
