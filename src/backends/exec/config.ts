import { z } from 'zod'
import { key, secret } from '../../config/types.ts'
import { backendSection, defaultCountry, sync, timeout, userKeys, uses } from '../section.ts'

/** What can be put into arguments, environment and templates. Which of them have a value depends on the question. */
export const tokenNames = [
  'localpart',
  'domain',
  'mxid',
  'password',
  'medium',
  'address',
  'type',
  'query',
] as const
export type TokenName = (typeof tokenNames)[number]

type OutputType = 'json' | 'plain' | 'none'

const exitCodes = (defaults: number[], description: string) =>
  key(z.array(z.int().min(0).max(255)).default(defaults), { description, restart: true })

/** The keys of one program. `outputs`: the forms that its answer can have; the first one is the default. */
function processor<const O extends readonly [OutputType, ...OutputType[]]>(does: string, outputs: O) {
  return z
    .strictObject({
      command: key(z.string().min(1).nullable().default(null), {
        description: `Program that ${does}: a name that PATH knows, or a path (a relative one starts in the data directory). Empty: Signpost does not ask for it.`,
        restart: true,
      }),
      args: key(z.array(z.string()).default([]), {
        description:
          'Its arguments, as they are: no shell reads them. Tokens such as {address} are replaced.',
        restart: true,
        example: ['--', '{address}'],
      }),
      env: key(z.record(z.string().regex(/^[A-Za-z_]\w*$/), secret()).default({}), {
        description:
          'Environment variables besides PATH, LANG and HOME. Tokens are replaced in values that are written here.',
        restart: true,
      }),
      input: z
        .strictObject({
          type: key(z.enum(['json', 'plain', 'none']).default('json'), {
            description: 'What stands on its standard input: a JSON object, one value a line, or nothing.',
            restart: true,
          }),
          template: key(z.string().nullable().default(null), {
            description:
              'Text for its standard input instead, with tokens; with json, their values are escaped for use within quotes. Not for bulk and list.',
            restart: true,
          }),
        })
        .prefault({}),
      output: z
        .strictObject({
          type: key(z.enum(outputs).default(outputs[0] as never), {
            description: `How it answers on standard output.${(outputs as readonly OutputType[]).includes('none') ? ' none: by its exit code alone.' : ''}`,
            restart: true,
          }),
        })
        .prefault({}),
      exit: z
        .strictObject({
          success: exitCodes([0], 'Exit codes after which its answer is read.'),
          failure: exitCodes([1], 'Exit codes that mean "no": not known, wrong password.'),
        })
        .prefault({}),
      tokens: key(z.partialRecord(z.enum(tokenNames), z.string().min(1)).default({}), {
        description: 'Other spellings of tokens, where the usual ones mean something else.',
        restart: true,
        example: { address: '%ADDRESS%' },
      }),
    })
    .prefault({})
}

export const execSection = backendSection('exec', 'Programs of your own, one for each question.', {
  auth: processor('checks a password', ['json', 'plain', 'none']),
  directory: z
    .strictObject({
      byName: processor('finds people by their name', ['json']),
      byThreepid: processor('finds people by their address', ['json']),
    })
    .prefault({}),
  identity: z
    .strictObject({
      single: processor('finds the person of one address', ['json', 'plain']),
      bulk: processor('finds the people of many addresses', ['json']),
    })
    .prefault({}),
  profile: z
    .strictObject({
      displayName: processor('gives the name of a user', ['json']),
      threePid: processor('gives the addresses of a user', ['json']),
      roles: processor('gives the roles of a user', ['json']),
    })
    .prefault({}),
  list: processor('lists everybody, which lets hashed lookups find them', ['json']),
  maxOutput: key(
    z
      .int()
      .min(1024)
      .max(256 * 1024 * 1024)
      .default(1024 * 1024),
    {
      description: 'Longest answer of a program, and longest line of a listing.',
      unit: 'bytes',
      restart: true,
    },
  ),
  maxProcesses: key(z.int().min(1).max(1000).default(8), {
    description: 'How many programs run at once; further questions wait.',
    restart: true,
  }),
  uses: uses(['lookup', 'search', 'authentication', 'profile']),
  unsuitable: userKeys.unsuitable,
  defaultCountry: defaultCountry(),
  sync: sync(),
  timeout: timeout(),
})

export type ExecConfig = z.output<typeof execSection>
export type ProcessorConfig = Omit<ExecConfig['auth'], 'output'> & {
  readonly output: { readonly type: OutputType }
}
