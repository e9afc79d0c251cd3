import type { Finding } from '../../config/problems.ts'
import type { ExecConfig } from './config.ts'
import { processorsOf, type Processor } from './processors.ts'
import { spellingsOf } from './tokens.ts'

/** What the schema cannot say about the programs. */
export function* execRules(config: ExecConfig): Iterable<Finding> {
  const processors = Object.values(processorsOf(config)).filter((one) => one !== null)
  if (processors.length === 0) {
    yield {
      keys: [],
      message: 'No program is named.',
      fix: 'Name one, for example in identity.single.command.',
    }
  }
  for (const processor of processors) yield* checkProcessor(processor)
}

function* checkProcessor({ name, command, tokens, exit, input }: Processor): Iterable<Finding> {
  const keys = name.split('.')
  const spellings = Object.values(spellingsOf(tokens))
  if (spellings.some((spelling) => command.includes(spelling))) {
    yield {
      keys: [...keys, 'command'],
      message: 'A token stands in the command: whoever asks would choose which program runs.',
      fix: 'Write tokens into args or env.',
    }
  }
  if (spellings.some((one, i) => spellings.some((other, j) => i !== j && other.includes(one)))) {
    yield {
      keys: [...keys, 'tokens'],
      message: 'Two tokens cannot be told apart.',
      fix: 'Give every token a spelling that is not a part of another.',
    }
  }
  if (exit.success.some((code) => exit.failure.includes(code))) {
    yield {
      keys: [...keys, 'exit'],
      message: 'An exit code stands for both success and failure.',
      fix: 'Keep it in one of the two lists.',
    }
  }
  if (input.template !== null && (name === 'identity.bulk' || name === 'list')) {
    yield {
      keys: [...keys, 'input', 'template'],
      message: 'There is no template for this program.',
      fix: 'Remove it: all addresses, or nothing, are written as input.type says.',
    }
  }
}
