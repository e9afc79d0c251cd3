import { parentPort } from 'node:worker_threads'
import { verifyPassword, type Verdict } from './verify-password.ts'

export interface PasswordQuestion {
  readonly password: string
  readonly stored: string
  readonly plain: boolean
}

export type PasswordReply = { readonly verdict: Verdict } | { readonly error: string }

/** Answers one question after the other. */
parentPort?.on('message', ({ password, stored, plain }: PasswordQuestion) => {
  verifyPassword(password, stored, { plain }).then(
    (verdict) => reply({ verdict }),
    // The message of a library could quote its input.
    (error: unknown) => reply({ error: error instanceof Error ? error.name : 'unknown' }),
  )
})

function reply(answer: PasswordReply): void {
  parentPort?.postMessage(answer)
}
