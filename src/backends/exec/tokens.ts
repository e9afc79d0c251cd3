import { tokenNames, type ProcessorConfig, type TokenName } from './config.ts'

/** Values of the tokens that a question has. */
export type TokenValues = Readonly<Partial<Record<TokenName, string>>>

/** How each token is spelt; `{name}` where the configuration says nothing. */
export function spellingsOf(tokens: ProcessorConfig['tokens']): Readonly<Record<TokenName, string>> {
  const entries = tokenNames.map((name) => [name, tokens[name] ?? `{${name}}`])
  return Object.fromEntries(entries) as Record<TokenName, string>
}

/**
 * Puts values in the place of tokens, all in one pass: a value that looks like a token, or like a reference of a
 * replacement (`$&`), stays as it is. Tokens without a value stay, too.
 */
export function replaceTokens(
  text: string,
  tokens: ProcessorConfig['tokens'],
  values: TokenValues,
  write: (value: string) => string = (value) => value,
): string {
  const bySpelling = new Map<string, string>()
  for (const [name, spelling] of Object.entries(spellingsOf(tokens))) {
    const value = values[name as TokenName]
    if (value !== undefined) bySpelling.set(spelling, value)
  }
  if (bySpelling.size === 0) return text
  const pattern = new RegExp([...bySpelling.keys()].map(escapeForPattern).join('|'), 'g')
  return text.replace(pattern, (spelling) => write(bySpelling.get(spelling) ?? spelling))
}

function escapeForPattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
