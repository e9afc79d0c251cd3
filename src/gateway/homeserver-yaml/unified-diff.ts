/** Lines around a change. */
const CONTEXT = 3
/** Above this many changed lines the texts have little in common, and everything between the first and the last is changed. */
const MOST_CHANGES = 1_000

interface Line {
  readonly mark: ' ' | '-' | '+'
  readonly text: string
}

export interface DiffOptions {
  /** The same name on both sides, so that `patch` finds the file. */
  readonly name: string
  /** Whether an unchanged line may stand around a change. Context ends at one that may not. */
  readonly mayShow: (line: string) => boolean
}

/** The difference of two texts in the unified format of POSIX `diff -u`; empty when there is none. */
export function unifiedDiff(before: string, after: string, { name, mayShow }: DiffOptions): string {
  const lines = compare(linesOf(before), linesOf(after))
  const hunks = hunksOf(lines, mayShow)
  if (hunks.length === 0) return ''
  return [`--- ${name}`, `+++ ${name}`, ...hunks.map((hunk) => render(lines, hunk)), ''].join('\n')
}

const NO_NEWLINE = '\n\\ No newline at end of file'

/** A last line without its newline differs from the same line with one. */
function linesOf(text: string): string[] {
  const lines = text.split('\n')
  const last = lines.pop() ?? ''
  return last === '' ? lines : [...lines, `${last}${NO_NEWLINE}`]
}

function compare(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  while (
    end < Math.min(before.length, after.length) - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end++
  const same = (text: string): Line => ({ mark: ' ', text })
  return [
    ...before.slice(0, start).map(same),
    ...shortestEdit(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ]
}

/** E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986): furthest reaching paths, then the way back. */
function shortestEdit(before: readonly string[], after: readonly string[]): Line[] {
  const furthest = new Map<number, number>([[1, 0]])
  const trace: Map<number, number>[] = []
  for (let d = 0; d <= Math.min(before.length + after.length, MOST_CHANGES); d++) {
    trace.push(new Map(furthest))
    for (let k = -d; k <= d; k += 2) {
      let x = stepOf(furthest, k, d)
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x++
      furthest.set(k, x)
      if (x >= before.length && x - k >= after.length) return wayBack(trace, before, after)
    }
  }
  return [
    ...before.map((text): Line => ({ mark: '-', text })),
    ...after.map((text): Line => ({ mark: '+', text })),
  ]
}

/** Whether the furthest path to diagonal `k` comes down from `k + 1` (a line added), or right from `k - 1` (one removed). */
function isAddition(furthest: ReadonlyMap<number, number>, k: number, d: number): boolean {
  return k === -d || (k !== d && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1))
}

const stepOf = (furthest: ReadonlyMap<number, number>, k: number, d: number) =>
  isAddition(furthest, k, d) ? (furthest.get(k + 1) ?? -1) : (furthest.get(k - 1) ?? -1) + 1

function wayBack(
  trace: readonly ReadonlyMap<number, number>[],
  before: readonly string[],
  after: readonly string[],
): Line[] {
  const lines: Line[] = []
  let [x, y] = [before.length, after.length]
  for (const [d, furthest] of [...trace.entries()].reverse()) {
    const added = isAddition(furthest, x - y, d)
    const previous = added ? x - y + 1 : x - y - 1
    const previousX = furthest.get(previous) ?? 0
    while (x > previousX && y > previousX - previous) {
      x--
      y--
      lines.push({ mark: ' ', text: before[x] ?? '' })
    }
    if (d === 0) break
    lines.push(added ? { mark: '+', text: after[--y] ?? '' } : { mark: '-', text: before[--x] ?? '' })
  }
  return lines.reverse()
}

interface Hunk {
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

function hunksOf(lines: readonly Line[], mayShow: (line: string) => boolean): Hunk[] {
  const hunks: Hunk[] = []
  for (const [index, line] of lines.entries()) {
    if (line.mark === ' ') continue
    const from = reach(lines, index, -1, mayShow)
    const to = reach(lines, index, 1, mayShow) + 1
    const last = hunks.at(-1)
    if (last !== undefined && from <= last.to) hunks[hunks.length - 1] = { from: last.from, to }
    else hunks.push({ from, to })
  }
  return hunks
}

/** The furthest line of context from a change in one direction. */
function reach(
  lines: readonly Line[],
  index: number,
  direction: 1 | -1,
  mayShow: (line: string) => boolean,
): number {
  let at = index
  for (let step = 0; step < CONTEXT; step++) {
    const next = lines[at + direction]
    if (next === undefined || next.mark !== ' ' || !mayShow(next.text)) break
    at += direction
  }
  return at
}

function render(lines: readonly Line[], { from, to }: Hunk): string {
  const countIn = (part: readonly Line[], mark: '-' | '+') =>
    part.filter((line) => line.mark === ' ' || line.mark === mark).length
  const range = (mark: '-' | '+') => {
    const length = countIn(lines.slice(from, to), mark)
    const start = countIn(lines.slice(0, from), mark) + (length === 0 ? 0 : 1)
    return length === 1 ? `${start}` : `${start},${length}`
  }
  const body = lines.slice(from, to).map(({ mark, text }) => `${mark}${text}`)
  return [`@@ -${range('-')} +${range('+')} @@`, ...body].join('\n')
}
