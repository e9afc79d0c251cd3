import type { ListOrder, ListPage } from '../backend.ts'
import { readListed } from '../contract/reading.ts'
import { BackendFailure } from '../failure.ts'
import type { ListedPerson } from '../person.ts'
import { createPageGuard } from '../page-guard.ts'
import type { Processor } from './processors.ts'
import type { Programs } from './questions.ts'

const pageSize = 500

/** Everybody, from a program that writes one JSON object a line, or all of them in one JSON array. */
export async function* listPeople(
  { runner, rules }: Programs,
  processor: Processor,
  maxOutput: number,
  order: ListOrder,
): AsyncGenerator<ListPage> {
  const guard = createPageGuard()
  let people: ListedPerson[] = []
  let number = 0
  for await (const item of itemsOf(runner.lines(processor, order.signal), maxOutput)) {
    number += 1
    const listed = readListed(item, `entry ${number}`, rules)
    if (guard.isNew(listed.key)) people.push(listed)
    if (people.length < pageSize) continue
    yield { type: 'people', people }
    people = []
  }
  if (people.length > 0) yield { type: 'people', people }
  yield { type: 'end', incremental: false, cursor: null }
}

async function* itemsOf(lines: AsyncIterable<string>, maxOutput: number): AsyncGenerator<unknown> {
  const array: string[] = []
  let length = 0
  let number = 0
  for await (const line of lines) {
    number += 1
    if (array.length === 0 && !line.trimStart().startsWith('[')) {
      if (line.trim() !== '') yield parse(line, `line ${number}`)
      continue
    }
    array.push(line)
    length += line.length
    if (length > maxOutput) {
      const fix = 'Let it write one person a line, or raise maxOutput.'
      throw new BackendFailure('protocol', `The list of the program is longer than ${maxOutput} bytes.`, fix)
    }
  }
  if (array.length === 0) return
  const all = parse(array.join('\n'), 'the array')
  if (Array.isArray(all)) yield* all
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const fix =
      'Let it write one JSON object a line to standard output, and everything else to standard error.'
    throw new BackendFailure(
      'protocol',
      `The program of list wrote something else: ${what} is no JSON.`,
      fix,
      cause,
    )
  }
}
