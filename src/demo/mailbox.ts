import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { eventually } from './eventually.ts'

export interface DemoMail {
  readonly to: string
  readonly subject: string
  readonly text: string
  /** The first web address in the text; null when there is none. */
  readonly link: string | null
  /** Name of the file in the mailbox. */
  readonly file: string
}

export interface Mailbox {
  readonly folder: string
  /** Takes the next mail to this address out of what has not been read yet; waits for it. */
  next(to: string, signal: AbortSignal): Promise<DemoMail>
}

/** The folder in which the mail transport `log` keeps what it would send. */
export function openMailbox(dataDir: string): Mailbox {
  const folder = join(dataDir, 'mail')
  const read = new Set<string>()
  return {
    folder,
    next: (to, signal) =>
      eventually(
        async () => {
          for (const file of await unreadIn(folder, read)) {
            const mail = await parse(folder, file)
            if (mail.to !== to) continue
            read.add(file)
            return mail
          }
          return null
        },
        { what: `a mail to ${to}`, signal },
      ),
  }
}

/** The folder is made with the first mail. */
async function unreadIn(folder: string, read: ReadonlySet<string>): Promise<readonly string[]> {
  const files = await readdir(folder).catch(() => [])
  return files.filter((file) => file.endsWith('.eml') && !file.startsWith('.') && !read.has(file))
}

async function parse(folder: string, file: string): Promise<DemoMail> {
  const { to, subject = '', text = '' } = await PostalMime.parse(await readFile(join(folder, file)))
  return {
    to: to?.[0]?.address ?? '',
    subject,
    text: text.replaceAll('\r\n', '\n').trim(),
    link: /https?:\/\/\S+/.exec(text)?.[0] ?? null,
    file,
  }
}
