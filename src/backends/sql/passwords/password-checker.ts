import { Worker } from 'node:worker_threads'
import { BackendFailure } from '../../failure.ts'
import { orAborted } from '../drivers/or-aborted.ts'
import type { PasswordQuestion, PasswordReply } from './password-worker.ts'
import type { Verdict, VerifyOptions } from './verify-password.ts'

/** Compares passwords with stored hashes, in a thread of its own: a hash is slow by design. */
export interface PasswordChecker {
  /** Throws `BackendFailure` for a hash that cannot be checked, when `signal` aborts, and after `close`. */
  verify(password: string, stored: string, signal: AbortSignal): Promise<boolean>
  /** Takes about as long as `verify` for a user of this directory; for those who are not in it. */
  waste(password: string, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** What is computed for strangers until the first user came: bcrypt with 2^10 rounds, PHP's and Synapse's order of cost. */
const firstExample = `$2b$10$${'abcdefghijklmnopqrstuu'}${'a'.repeat(31)}`

export function createPasswordChecker(options: VerifyOptions): PasswordChecker {
  const closing = new AbortController()
  let worker: Worker | null = null
  /** The end of the queue: the thread has one question at a time. */
  let last: Promise<unknown> = Promise.resolve()
  // Where passwords stand in plain text, comparing them takes no time for anybody.
  let example = options.plain ? 'x' : firstExample

  function start(): Worker {
    const thread = new Worker(workerFile(), { name: 'signpost-passwords' })
    thread.unref()
    thread.on('exit', () => {
      if (worker === thread) worker = null
    })
    // A failure of the thread reaches the question that waits; without any it must not end the process.
    thread.on('error', () => {})
    return thread
  }

  async function ask(password: string, stored: string, signal: AbortSignal): Promise<Verdict> {
    signal.throwIfAborted()
    const thread = (worker ??= start())
    try {
      const reply = await orAborted(replyOf(thread, { password, stored, plain: options.plain }), signal)
      if ('verdict' in reply) return reply.verdict
      throw new BackendFailure('internal', `A password check failed (${reply.error}).`, 'Please report it.')
    } catch (error) {
      // It goes on computing for somebody who left: the next one gets a new thread.
      if (signal.aborted && worker === thread) {
        worker = null
        void thread.terminate()
      }
      throw error
    }
  }

  async function askInTurn(password: string, stored: string, asked: AbortSignal): Promise<Verdict> {
    const signal = AbortSignal.any([asked, closing.signal])
    const turn = last
    const answer = turn.then(() => ask(password, stored, signal))
    last = answer.catch(() => {})
    try {
      return await orAborted(answer, signal)
    } catch (error) {
      if (closing.signal.aborted) {
        throw new BackendFailure('closed', 'The backend was closed.', 'Ask again after the restart.', error)
      }
      if (!signal.aborted) throw error
      const fix = 'Raise timeout of this backend, or store hashes with lower costs.'
      throw new BackendFailure('timeout', 'The password could not be checked in time.', fix, error)
    }
  }

  return {
    async verify(password, stored, signal) {
      const verdict = await askInTurn(password, stored, signal)
      if ('scheme' in verdict) throw refusal(verdict)
      if (!options.plain) example = stored
      return verdict.type === 'right'
    },
    async waste(password, signal) {
      await askInTurn(password, example, signal)
    },
    async close() {
      closing.abort()
      await worker?.terminate()
    },
  }
}

function replyOf(thread: Worker, question: PasswordQuestion): Promise<PasswordReply> {
  return new Promise((resolve, reject) => {
    const done = () => {
      thread.off('message', onReply)
      thread.off('error', onError)
      thread.off('exit', onExit)
      thread.unref()
    }
    const onReply = (reply: PasswordReply) => {
      done()
      resolve(reply)
    }
    const onError = (error: unknown) => {
      done()
      reject(error)
    }
    const onExit = () => onError(new Error('the password thread ended'))
    thread.on('message', onReply)
    thread.on('error', onError)
    thread.on('exit', onExit)
    thread.ref()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    thread.postMessage(question)
  })
}

/** The worker has this module's own suffix: `.js` in a build, `.ts` when the sources run as they are. */
function workerFile(): URL {
  return new URL(`./password-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
}

function refusal({ type, scheme }: Extract<Verdict, { scheme: string }>): BackendFailure {
  return type === 'too-costly'
    ? new BackendFailure(
        'protocol',
        `A stored password (${scheme}) asks for more computing than a login may cost.`,
        'Have this user set the password anew, with usual parameters.',
      )
    : new BackendFailure(
        'protocol',
        `A stored password is in a format that Signpost does not check: ${scheme}.`,
        'Use bcrypt, argon2, scrypt, PBKDF2 or SHA-crypt; for passwords in plain text there is plainPasswords.',
      )
}
