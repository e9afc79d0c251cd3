/** Text to paste into the configuration of another program. */
export interface Snippet {
  /** Ready for a file, its comments in the file's own language. */
  readonly text: string
  /** What to know before it is used, as sentences; part of the text too where its language has comments. */
  readonly remarks: readonly string[]
  /** Where such a file usually lies, or what it belongs into. */
  readonly place: string
}

/** Lines of a snippet; a list in their place stands for its lines, null and undefined for none. */
export type Lines = readonly (string | Lines | null | undefined)[]

/** Flat lines, those of each inner list in their place. */
export function flat(lines: Lines): string[] {
  return lines.flatMap((line) =>
    typeof line === 'string' ? [line] : line === null || line === undefined ? [] : flat(line),
  )
}

/** The lines, each moved in by `by`; empty ones stay empty. */
export function indent(by: string, lines: Lines): string[] {
  return flat(lines).map((line) => (line === '' ? '' : `${by}${line}`))
}

/** Sentences as comment lines, broken near 100 columns. */
export function comment(mark: string, sentences: readonly string[]): string[] {
  return sentences.flatMap((sentence) => wrap(sentence, 100 - mark.length).map((line) => `${mark} ${line}`))
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** A snippet of a language with comments: remarks first, then the text. */
export function commented(mark: string, place: string, remarks: readonly string[], lines: Lines): Snippet {
  const text = [...comment(mark, remarks), '', ...flat(lines)].join('\n').trim()
  return { text: `${text}\n`, remarks, place }
}
