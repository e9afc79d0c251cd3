import type { Exchange } from '../exchange.ts'
import type { Teller } from '../teller.ts'
import { clip, clipPath, createPaint, frame, fullWidth, lengthOf, wrap } from './layout.ts'
import { queryOf, shortenBody, shortenPath } from './shorten.ts'

export interface TerminalOptions {
  readonly out: (line: string) => void
  readonly coloured: boolean
  /** Characters in a line of the terminal; at most 80 are used. */
  readonly columns: number
}

const narrowest = 40

/** Tells the story to a person. */
export function createTerminalTeller({ out, coloured, columns }: TerminalOptions): Teller {
  const paint = createPaint(coloured)
  const width = Math.max(narrowest, Math.min(columns, fullWidth))
  /** What stood last: blocks are set apart, lines of one block are not. */
  let last: 'text' | 'exchange' | 'check' | 'none' = 'none'

  function block(kind: typeof last): void {
    if (last !== 'none' && (last !== kind || kind === 'text')) out('')
    last = kind
  }

  function paragraph(text: string): void {
    for (const line of wrap(text, width - 4)) out(`  ${line}`)
  }

  /** Asked, what that caused, answered: in the order of time. */
  function exchange({ from, to, method, path, sent, caused, answer }: Exchange, depth: number): void {
    const indent = ' '.repeat(4 + 2 * depth)
    const who = `${depth > 0 ? '↳ ' : ''}${from} → ${to}`
    const room = width - indent.length - lengthOf(`${who}  ${method} `)
    out(`${indent}${paint('cyan', who)}  ${method} ${clipPath(shortenPath(path), room)}`)
    const asked = shortenBody(sent ?? queryOf(path) ?? {})
    if (asked !== '{}') labelled(`${indent}  `, 'asked     ', asked)
    for (const each of caused) exchange(each, depth + 1)
    const answered = answer === null ? 'nothing' : `${answer.status} ${shortenBody(answer.body)}`
    labelled(`${indent}  `, 'answered  ', answered)
  }

  /** Two lines at most. */
  function labelled(indent: string, label: string, text: string): void {
    const room = width - indent.length - label.length
    const [first = '', ...rest] = wrap(text, room)
    out(paint('dim', `${indent}${label}${clip(first, room)}`))
    const second = rest.join(' ')
    if (second !== '') out(paint('dim', `${indent}${' '.repeat(label.length)}${clip(second, room)}`))
  }

  return {
    opening({ signpost, homeserver, mailbox }) {
      out('')
      out(`  ${paint('bold', 'Signpost: a day at Linden School')}`)
      out(`  ${paint('dim', '─'.repeat(width - 4))}`)
      last = 'text'
      block('text')
      paragraph(
        'Linden School has fifty people and a chat server of its own, a Matrix homeserver. They know each other’s ' +
          'e-mail addresses, but not each other’s Matrix IDs. Signpost leads from the one to the other (it is an ' +
          'identity server), and it brings invitations to people who are not on Matrix yet.',
      )
      block('text')
      paragraph(
        'Everybody here is made up. The requests are real: what you see goes over HTTP between Signpost and a small ' +
          'stand-in for a homeserver. Nothing leaves this computer.',
      )
      block('text')
      out(`  Signpost    ${signpost}`)
      out(`  homeserver  ${homeserver}`)
      out(`  mailbox     ${mailbox}`)
    },

    heading({ number, of, title }) {
      out('')
      out('')
      const count = `${number} of ${of}`
      out(`  ${paint('dim', count.padEnd(8))}  ${paint('bold', title)}`)
      out(`  ${paint('dim', '─'.repeat(width - 4))}`)
      last = 'none'
    },

    say(text) {
      block('text')
      paragraph(text)
    },

    rows(lines) {
      block('text')
      for (const line of lines) out(`    ${clip(line, width - 4)}`)
    },

    exchange(each) {
      block('exchange')
      exchange(each, 0)
    },

    mail({ to, subject, text }, brief) {
      block('text')
      if (brief) {
        out(`    ${paint('yellow', 'Mail')} to ${to}`)
        out(`      ${clip(subject, width - 6)}`)
        return
      }
      // A line of dashes begins the signature of a mail; what stands there says the same each time.
      const body = (text.split(/\n-- ?\n/)[0] ?? '').trim().split('\n')
      const head = [`Mail to  ${to}`, `Subject  ${subject}`]
      for (const line of frame(head, body, width - 6)) out(`    ${line}`)
    },

    check(claim, holds) {
      block('check')
      const [first = '', ...rest] = wrap(claim, width - 6)
      out(`  ${holds ? paint('green', '✓') : paint('red', '✗')} ${first}`)
      for (const line of rest) out(`    ${line}`)
    },

    fault(message) {
      block('check')
      out(`  ${paint('red', '✗')} ${message}`)
    },

    stepDone() {},

    closing({ steps, checks, ok }) {
      out('')
      out('')
      if (ok) {
        out(
          `  ${paint('green', '✓')} ${paint('bold', `All ${steps} steps did what they say (${checks} checks).`)}`,
        )
        return
      }
      out(
        `  ${paint('red', '✗')} ${paint('bold', 'A step did not do what it says, so the story ends here.')}`,
      )
      paragraph('This should never happen. Please report it together with what stands above.')
    },
  }
}
