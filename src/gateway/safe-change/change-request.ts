import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { explainSystemError, systemErrorCode, systemErrorFix } from '../../config/file-error.ts'
import { OperatorError } from '../../config/operator-error.ts'
import { replaceFile } from '../../config/write-file.ts'
import { readJson } from './change-state.ts'

/** Longest time that a change may wait for its confirmation: a typing error must not keep two addresses open for days. */
export const LONGEST_TRIAL_MS = 3_600_000

const changeRequestSchema = z.object({
  id: z.string().min(1),
  tokenHash: z.string().regex(/^[0-9a-f]{64}$/),
  withinMs: z.number().positive().max(LONGEST_TRIAL_MS),
  changes: z.array(
    z.object({ path: z.array(z.union([z.string(), z.number()])), value: z.unknown().optional() }),
  ),
})

/** A change that a command asks the running server for. */
export type ChangeRequest = z.output<typeof changeRequestSchema>

const requestFile = (dataDir: string) => join(dataDir, 'network-change.request.json')

/**
 * Leaves a request in the data directory, where the running server looks every second. It may hold a secret. Returns its
 * path. Throws `OperatorError` (`data-dir-not-writable`).
 */
export async function askForChange(dataDir: string, request: ChangeRequest): Promise<string> {
  const path = requestFile(dataDir)
  try {
    await replaceFile(path, JSON.stringify(request))
    return path
  } catch (cause) {
    throw new OperatorError('data-dir-not-writable', {
      tried: 'leave a request for the running server',
      likelyCause: explainSystemError(cause, path),
      fix: systemErrorFix(cause, dataDir, 'write'),
      cause,
    })
  }
}

/** Takes a request back; false when a server has it. */
export async function withdrawRequest(dataDir: string): Promise<boolean> {
  try {
    await rm(requestFile(dataDir))
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false
    throw error
  }
}

/** The request that waits, taken out of its place; null where none does. */
export async function takeRequest(dataDir: string): Promise<ChangeRequest | null> {
  const request = await readJson(requestFile(dataDir), changeRequestSchema)
  if (request === null) return null
  return (await withdrawRequest(dataDir)) ? request : null
}
