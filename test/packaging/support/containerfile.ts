/** One instruction of a container file, continued lines joined, comments gone. */
export interface Instruction {
  readonly name: string
  readonly text: string
}

/** The stages of a container file, each from its `FROM` on. */
export function parseContainerfile(content: string): readonly (readonly Instruction[])[] {
  const lines = content
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const stages: Instruction[][] = []
  for (const line of lines) {
    const [name = '', ...rest] = line.split(' ')
    if (name === 'FROM') stages.push([])
    stages.at(-1)?.push({ name, text: rest.join(' ').trim() })
  }
  return stages
}

/** The words of an instruction in exec form (`["a", "b"]`), which no shell reads. Throws for another form. */
export function execForm(text: string): readonly string[] {
  const words: unknown = JSON.parse(text)
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) throw new Error(text)
  return words
}
