import { readFile, readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** Programs that run others: the script says more than they do. */
const interpreters = /^(node|nodejs|deno|bun|python[\d.]*|perl|ruby|java|php[\d.]*)$/

/**
 * What people call a process: `nginx`, or `node main.js`. Never more of its command line, which may hold passwords.
 * Null where the process is gone or belongs to somebody else.
 */
export async function programName(procDir: string, pid: number): Promise<string | null> {
  const folder = join(procDir, String(pid))
  // `comm` is cut to 15 characters, and programs write other things into it; the link needs more rights.
  const [executable, comm, commandLine] = await Promise.all([
    readlink(join(folder, 'exe')).catch(() => ''),
    readFile(join(folder, 'comm'), 'utf8').catch(() => ''),
    readFile(join(folder, 'cmdline'), 'utf8').catch(() => ''),
  ])
  const name = basename(executable.replace(/ \(deleted\)$/, '')) || comm.trim()
  if (name === '') return null
  if (!interpreters.test(name)) return name
  const script = commandLine
    .split('\0')
    .slice(1)
    .find((word) => word !== '' && !word.startsWith('-'))
  return script !== undefined && /\.[a-z]{2,4}$/.test(script) ? `${name} ${basename(script)}` : name
}

/** The name of a user by `/etc/passwd`; `user 33` where it does not have them. */
export async function userName(uid: number, passwdFile = '/etc/passwd'): Promise<string> {
  const passwd = await readFile(passwdFile, 'utf8').catch(() => '')
  const line = passwd.split('\n').find((each) => each.split(':')[2] === String(uid))
  return line?.split(':')[0] ?? `user ${uid}`
}
