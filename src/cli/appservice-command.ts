import { writeFile } from 'node:fs/promises'
import { newToken } from '../accounts/tokens.ts'
import { registrationFile } from '../appservice/registration.ts'
import { explainSystemError, systemErrorFix } from '../config/file-error.ts'
import type { ConfigChange } from '../config/edit-text.ts'
import { loadConfig } from '../config/load.ts'
import { OperatorError } from '../config/operator-error.ts'
import type { Config } from '../config/schema.ts'
import { createSealer, loadSealingKey } from '../config/sealing.ts'
import { createSecretReader } from '../config/secrets.ts'
import { factsOf } from '../gateway/snippets/homeservers/facts.ts'
import { systemRandom } from '../system.ts'
import { applyChanges } from './config-set.ts'
import { exitCodes } from './config-commands.ts'
import type { DataContext } from './open-data.ts'
import { orUsage } from './snippet-options.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = [
  'Usage: signpost appservice registration [--output FILE] [--url URL] [--new-tokens]',
  '',
  '  Prints the registration of Signpost as an application service, for the homeserver. It holds both tokens: they are made',
  '  with the first one, and stand in signpost.yaml, sealed.',
  '',
  '  --output FILE   write it into a file that only you can read, instead of printing it',
  '  --url URL       Signpost as the homeserver reaches it (default: appservice.url, else found as for "signpost snippet")',
  '  --new-tokens    make other tokens; the homeserver needs the new registration then',
]

const optionTypes = {
  output: { type: 'string' },
  url: { type: 'string' },
  'new-tokens': { type: 'boolean', default: false },
} as const

/** `signpost appservice ...`; `args` are the words after `appservice`. Throws `OperatorError`. */
export async function runAppserviceCommand(args: readonly string[], io: DataContext): Promise<number> {
  return await orUsage(io, args, usage, async () => {
    const { values, positionals } = parseWords(args, optionTypes)
    if (positionals.length !== 1 || positionals[0] !== 'registration') {
      throw new UsageError('"appservice" takes one word: registration.')
    }
    const { config } = await loadConfig(io.dataDir)
    const url = readUrl(values.url) ?? config.appservice.url ?? factsOf(config).directUrl
    const tokens = await tokensOf(config, io, values['new-tokens'])
    const text = registrationFile({ config, url, ...tokens })
    if (values.output === undefined) io.out(text.trimEnd())
    else await writePrivately(values.output, text)
    if (!config.appservice.enabled) {
      io.err('Set appservice.enabled: true, then give the registration to the homeserver and restart it.')
    }
    return exitCodes.fine
  })
}

function readUrl(text: string | undefined): string | null {
  if (text === undefined) return null
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '')
  throw new UsageError('--url takes a URL that begins with https:// or http://.')
}

/** 256 random bits each, made and kept the first time. */
async function tokensOf(config: Config, io: DataContext, anew: boolean) {
  const { asToken, hsToken } = config.appservice
  const sealer = createSealer(await loadSealingKey(io.dataDir, systemRandom), systemRandom)
  const secrets = createSecretReader({ dataDir: io.dataDir, env: io.env, sealer })
  const changes: ConfigChange[] = []
  const take = async (name: 'asToken' | 'hsToken', source: Config['appservice']['asToken']) => {
    if (source !== null && !anew) return await secrets.read(source, `appservice.${name}`)
    const token = newToken({ random: systemRandom })
    changes.push({ path: ['appservice', name], value: { sealed: sealer.seal(token) } })
    return token
  }
  const tokens = { asToken: await take('asToken', asToken), hsToken: await take('hsToken', hsToken) }
  // What is told of the change must not stand in the registration.
  if (changes.length > 0) await keep(io, changes)
  return tokens
}

async function keep(io: DataContext, changes: readonly ConfigChange[]): Promise<void> {
  const quiet = { ...io, json: false, out: io.err }
  if ((await applyChanges(quiet, changes)) === exitCodes.fine) return
  throw new OperatorError('config-unwritable', {
    tried: 'write the tokens into signpost.yaml',
    likelyCause: 'The running Signpost did not take the change over.',
    fix: 'Look at its log, then run the command again.',
  })
}

async function writePrivately(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw new OperatorError('output-unwritable', {
      tried: `write ${path}`,
      likelyCause: explainSystemError(error, path),
      fix: `${systemErrorFix(error, path, 'write')} A file that is there is never replaced: remove it first.`,
      cause: error,
    })
  }
}
