import { z } from 'zod'
import type { Host } from '../host.ts'
import type { SelfCheck } from './decide.ts'

export const SELF_CHECK_FLAG = '--self-check'

/** A slow machine unpacks and starts a whole application in this time. */
const TIMEOUT_MS = 120_000

const answerSchema = z.union([
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), reason: z.string() }),
])
export type SelfCheckAnswer = z.infer<typeof answerSchema>

/**
 * Lets a downloaded version look at the data, while this one serves. Only an AppImage can be run as it is; the installers
 * of other systems have to install first.
 */
export async function checkVersion(
  { platform, env, run }: Pick<Host, 'platform' | 'env' | 'run'>,
  file: string,
  dataDir: string,
): Promise<SelfCheck> {
  if (platform !== 'linux' || env['APPIMAGE'] === undefined || !file.endsWith('.AppImage')) {
    return { outcome: 'impossible' }
  }
  return await run(file, [SELF_CHECK_FLAG, '--data', dataDir], TIMEOUT_MS).then(readSelfCheck, () => ({
    outcome: 'silent' as const,
  }))
}

/** The last line of what it printed: an application may print warnings of the system before it. */
export function readSelfCheck(output: string): SelfCheck {
  const line = output.trim().split('\n').at(-1) ?? ''
  try {
    const answer = answerSchema.parse(JSON.parse(line))
    return answer.ok ? { outcome: 'fine' } : { outcome: 'refused', reason: answer.reason }
  } catch {
    return { outcome: 'silent' }
  }
}
