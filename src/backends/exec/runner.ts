import { TextDecoder } from 'node:util'
import { BackendFailure } from '../failure.ts'
import { closedFailure } from '../http-calls.ts'
import type { BackendContext } from '../kind.ts'
import { prepare, type ProgramInput } from './invocation.ts'
import type { Processor } from './processors.ts'
import { startProgram } from './program.ts'
import { createSlots } from './slots.ts'

export interface Runner {
  /**
   * Standard output of a program that said yes; null when its exit code said no, or the question cannot be put to it.
   * Throws `BackendFailure`.
   */
  ask(processor: Processor, input: ProgramInput, signal: AbortSignal): Promise<string | null>
  /** Lines of standard output as they come, without their ends. Throws `BackendFailure`, also for a "no". */
  lines(processor: Processor, signal: AbortSignal): AsyncIterable<string>
  /** Kills the programs under way. */
  close(): void
}

/** Runs programs, a limited number at a time, each within the time and the output it may have. */
export function createRunner(context: BackendContext, maxOutput: number, maxProcesses: number): Runner {
  const closing = new AbortController()
  const slots = createSlots(maxProcesses)

  async function place(signal: AbortSignal): Promise<() => void> {
    try {
      return await slots.take(signal)
    } catch (error) {
      if (error instanceof BackendFailure) throw error
      const fix = 'Raise maxProcesses, or let the programs answer faster.'
      throw new BackendFailure(
        'timeout',
        'Too many programs are running, and none ended in time.',
        fix,
        error,
      )
    }
  }

  return {
    async ask(processor, input, given) {
      const signal = AbortSignal.any([closing.signal, given, AbortSignal.timeout(context.timeoutMs)])
      const invocation = await prepare(processor, input, context)
      if (invocation === null) return null
      const leave = await place(signal)
      try {
        const program = startProgram(invocation, signal, context.log)
        const output = await readAll(program.output, maxOutput, processor)
        return judge(await program.exitCode, processor) ? decode(output, processor) : null
      } finally {
        leave()
      }
    },

    async *lines(processor, given) {
      const signal = AbortSignal.any([closing.signal, given])
      const invocation = await prepare(processor, { values: {}, json: {} }, context)
      if (invocation === null) throw new TypeError('a listing has no values that could not be handed over')
      const leave = await place(signal)
      try {
        const program = startProgram(invocation, signal, context.log)
        yield* splitLines(program.output, maxOutput, processor)
        if (judge(await program.exitCode, processor)) return
        const fix = 'Let it end with a code of list.exit.success once everybody is listed.'
        throw new BackendFailure('protocol', 'The program of list ended with a code that means "no".', fix)
      } finally {
        leave()
      }
    },

    close() {
      closing.abort(closedFailure())
    },
  }
}

/** True for yes, false for no. */
function judge(code: number, { name, exit }: Processor): boolean {
  if (exit.success.includes(code)) return true
  if (exit.failure.includes(code)) return false
  const fix = `Run it by hand; what it writes to standard error is in the debug log. Codes for "no" belong into ${name}.exit.failure.`
  throw new BackendFailure('protocol', `The program of ${name} failed with exit code ${code}.`, fix)
}

async function readAll(
  output: AsyncIterable<Buffer>,
  maxOutput: number,
  processor: Processor,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of output) {
    length += chunk.length
    if (length > maxOutput) throw tooLong(processor, maxOutput)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function* splitLines(
  output: AsyncIterable<Buffer>,
  maxOutput: number,
  processor: Processor,
): AsyncGenerator<string> {
  let parts: Buffer[] = []
  let length = 0
  for await (const chunk of output) {
    let begin = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, begin)) {
      yield decode(Buffer.concat([...parts, chunk.subarray(begin, end)]), processor)
      parts = []
      length = 0
      begin = end + 1
    }
    parts.push(chunk.subarray(begin))
    length += chunk.length - begin
    if (length > maxOutput) throw tooLong(processor, maxOutput)
  }
  if (length > 0) yield decode(Buffer.concat(parts), processor)
}

function tooLong({ name }: Processor, maxOutput: number): BackendFailure {
  const fix =
    name === 'list'
      ? 'Let it write one person a line, or raise maxOutput.'
      : 'See what it writes, or raise maxOutput.'
  return new BackendFailure('protocol', `The program of ${name} wrote more than ${maxOutput} bytes.`, fix)
}

function decode(output: Buffer, { name }: Processor): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(output)
  } catch (cause) {
    const fix = 'Let it write UTF-8.'
    throw new BackendFailure(
      'protocol',
      `The program of ${name} wrote something that is no UTF-8 text.`,
      fix,
      cause,
    )
  }
}
