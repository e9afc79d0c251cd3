import { OperatorError } from './operator-error.ts'

/** A path into the configuration: keys, and positions in lists. */
export type KeyPath = readonly (string | number)[]

/** One thing that is wrong with the configuration, in words for an operator. Never holds a secret. */
export interface ConfigProblem {
  /** The key as text (`lookup.pepper.grace`); empty for the file as a whole. */
  readonly path: string
  /** Counted from 1; absent where the configuration did not come from a file. */
  readonly line?: number
  readonly column?: number
  /** What is wrong, as a sentence. */
  readonly message: string
  /** What to write instead, as a sentence. */
  readonly fix: string
  /** For an unknown key: the key that was probably meant. */
  readonly suggestion?: string
}

/** A problem before it has a place in a file. */
export interface Finding {
  readonly keys: KeyPath
  readonly message: string
  readonly fix: string
  readonly suggestion?: string
}

/** `['matrix', 'pins', 'other.org']` to `matrix.pins["other.org"]`. */
export function formatPath(keys: KeyPath): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`
    if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`
    return path === '' ? key : `${path}.${key}`
  }, '')
}

/** The configuration cannot be used; holds every problem that was found, in the order of the file. */
export class ConfigError extends OperatorError {
  readonly problems: readonly ConfigProblem[]
  readonly fileName: string

  constructor(fileName: string, problems: readonly ConfigProblem[]) {
    super('config-invalid', {
      tried: `use ${fileName}`,
      likelyCause: problems.length === 1 ? 'It has a problem.' : `It has ${problems.length} problems.`,
      fix: 'Correct it and run: signpost config check',
    })
    this.name = 'ConfigError'
    this.fileName = fileName
    this.problems = problems
  }
}

/** The problems as text for a terminal, without a trailing newline. */
export function formatProblems(error: ConfigError): string {
  const { fileName, problems } = error
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  const blocks = problems.map((problem) => {
    const place = [problem.line === undefined ? '' : `Line ${problem.line}`, problem.path]
      .filter(Boolean)
      .join(', ')
    return [`  ${place === '' ? 'Whole file' : place}`, `    ${problem.message}`, `    ${problem.fix}`].join(
      '\n',
    )
  })
  return [`${fileName} has ${count}:`, ...blocks].join('\n\n')
}
