import { styleText } from 'node:util'

/** Characters of the widest line. */
export const fullWidth = 80
/** Of a path: `/_matrix/client/v3`. */
const KEPT_SEGMENTS = 4

/** Breaks a paragraph at spaces, though not at unbreakable ones; a longer word stands on a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(/[ \n]+/)) {
    const last = lines.at(-1)
    if (last !== undefined && lengthOf(last) + 1 + lengthOf(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map((line) => line.replaceAll('\u00a0', ' '))
}

/** Cuts a line; the ellipsis counts. */
export function clip(text: string, width: number): string {
  const characters = [...text]
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`
}

/** Leaves out the middle of a path: its end says most. */
export function clipPath(path: string, width: number): string {
  if (lengthOf(path) <= width) return path
  const segments = path.split('/')
  for (let from = KEPT_SEGMENTS + 1; from < segments.length; from++) {
    const shorter = [...segments.slice(0, KEPT_SEGMENTS), '…', ...segments.slice(from)].join('/')
    if (lengthOf(shorter) <= width) return shorter
  }
  return clip(path, width)
}

/** Text in a frame, in paragraphs of its own; `width` includes the frame. */
export function frame(head: readonly string[], body: readonly string[], width: number): string[] {
  const inner = width - 4
  const line = (text: string) => `│ ${pad(clip(text, inner), inner)} │`
  const rule = (left: string, right: string) => `${left}${'─'.repeat(inner + 2)}${right}`
  const paragraphs = body.flatMap((text) => wrap(text, inner))
  return [rule('┌', '┐'), ...head.map(line), rule('├', '┤'), ...paragraphs.map(line), rule('└', '┘')]
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - lengthOf(text)))
}

/** In characters. */
export function lengthOf(text: string): number {
  return [...text].length
}

export type Style = Parameters<typeof styleText>[0]
export type Paint = (style: Style, text: string) => string

/** Colours on a terminal that shows them, plain text everywhere else. */
export function createPaint(coloured: boolean): Paint {
  return (style, text) => (coloured && text !== '' ? styleText(style, text, { validateStream: false }) : text)
}
