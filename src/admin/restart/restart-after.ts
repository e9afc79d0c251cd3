import type { FastifyReply } from 'fastify'

/** Asks for a restart once the answer has left. False where nobody can start this process anew. */
export function restartAfter(reply: FastifyReply, requestRestart: (() => void) | null): boolean {
  if (requestRestart === null) return false
  reply.raw.once('close', requestRestart)
  return true
}
