import { text } from 'node:stream/consumers'
import { consoleUrl } from '../console-url.ts'
import { createAdmins } from '../admin/session/admins.ts'
import { createEntrance, type OneTimeLink } from '../admin/session/entrance.ts'
import { createLinks } from '../admin/session/links.ts'
import { SHORTEST_PASSWORD, weaknessOf } from '../admin/session/password-rules.ts'
import { hashPassword } from '../admin/session/passwords.ts'
import { exitCodes } from './command-output.ts'
import { withData, type DataContext, type OpenData } from './open-data.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = `Usage: signpost admin link [NAME]              a link that opens the console once, within a minute
       signpost admin reset-password [NAME]    a link that sets a new password, within an hour
                      --generate               make a password and print it, in place of a link
                      --stdin                  read the password from standard input
       signpost admin list                     who may use the console`

/**
 * `signpost admin link|reset-password|list`, beside a running server or without one. Whoever can read and write the data
 * directory rules this Signpost anyway; a link needs the server to be opened.
 */
export async function runAdminCommand(args: readonly string[], io: DataContext): Promise<number> {
  try {
    const { values, positionals } = parseWords(args, {
      generate: { type: 'boolean', default: false },
      stdin: { type: 'boolean', default: false },
    })
    const [action, name, ...more] = positionals
    if (more.length > 0 || (values.generate && values.stdin)) throw new UsageError(usage)
    const options = values.generate || values.stdin
    if (action === 'reset-password') return await resetPassword(io, name, values)
    if (action === 'link' && !options)
      return await withData(io, (data) => printLink(io, data, 'sign-in', name))
    if (action === 'list' && !options && name === undefined) return await list(io)
    throw new UsageError(usage)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    io.err(error.message)
    return exitCodes.usage
  }
}

async function printLink(
  io: DataContext,
  { config, storage, runtime }: OpenData,
  kind: 'sign-in' | 'reset',
  name: string | undefined,
): Promise<number> {
  const { port } = config.admin.listen
  if (port === 0) {
    io.err('The console has no fixed port (admin.listen.port is 0), so that no link can be made here.')
    return exitCodes.configuration
  }
  const entrance = createEntrance({
    admins: createAdmins(storage, runtime),
    links: createLinks(storage, runtime),
    adminAddress: () => consoleUrl(config, port),
  })
  const link = await entrance.linkFor(kind, name)
  if (link === null) return unknownName(io, name)
  if (io.json) io.out(JSON.stringify(link))
  else for (const line of explain(link)) io.out(line)
  return exitCodes.fine
}

function explain({ kind, url, name }: OneTimeLink): readonly string[] {
  switch (kind) {
    case 'claim':
      return [
        'Nobody has set up this Signpost yet. This link works once and makes you its administrator:',
        url,
      ]
    case 'sign-in':
      return [`This link signs ${name ?? ''} in, once, within a minute:`, url]
    case 'reset':
      return [`Here ${name ?? ''} sets a new password, once, within an hour:`, url]
  }
}

async function resetPassword(
  io: DataContext,
  name: string | undefined,
  { generate, stdin }: { readonly generate: boolean; readonly stdin: boolean },
): Promise<number> {
  if (!generate && !stdin) return await withData(io, (data) => printLink(io, data, 'reset', name))
  return await withData(io, async ({ storage, runtime }) => {
    const admins = createAdmins(storage, runtime)
    const [first = null] = await admins.list()
    const admin = name === undefined ? first : await admins.byName(name)
    if (admin === null) return unknownName(io, name)
    const password = stdin
      ? (await text(io.input ?? process.stdin)).replace(/\r?\n$/, '')
      : runtime.random.bytes(15).toString('base64url')
    const weakness = weaknessOf(password, admin.name)
    if (weakness !== null) {
      io.err(
        `The password is too easy to guess (${weakness}): at least ${SHORTEST_PASSWORD} characters, no common word, not the name.`,
      )
      return exitCodes.configuration
    }
    const hash = await hashPassword(password, runtime.random)
    await storage.transaction((tx) => admins.setPassword(tx, admin.id, hash))
    const shown = generate ? { password } : {}
    if (io.json) io.out(JSON.stringify({ name: admin.name, ...shown }))
    else {
      io.out(`${admin.name} has a new password, and every session has ended.`)
      if (generate) io.out(`Password: ${password}`)
    }
    return exitCodes.fine
  })
}

async function list(io: DataContext): Promise<number> {
  return await withData(io, async ({ storage, runtime }) => {
    const admins = (await createAdmins(storage, runtime).list()).map(({ name, createdAt, signedInAt }) => ({
      name,
      created: new Date(createdAt).toISOString(),
      signedIn: signedInAt === null ? null : new Date(signedInAt).toISOString(),
    }))
    if (io.json) io.out(JSON.stringify(admins))
    else if (admins.length === 0) io.out('Nobody has set up this Signpost yet: signpost admin link')
    else for (const { name, signedIn } of admins) io.out(`${name}  last sign-in: ${signedIn ?? 'never'}`)
    return exitCodes.fine
  })
}

function unknownName(io: DataContext, name: string | undefined): number {
  io.err(
    name === undefined
      ? 'Nobody has set up this Signpost yet: signpost admin link'
      : `There is no administrator "${name}". Those there are: signpost admin list`,
  )
  return exitCodes.notFound
}
