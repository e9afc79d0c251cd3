import type { Runtime } from '../runtime.ts'
import { acquireLease, releaseLease } from '../storage/leases.ts'
import type { Storage } from '../storage/storage.ts'

/*
 * The doctor proves that a request has reached this very Signpost by a nonce that only the database knows: whoever runs
 * the doctor puts it there, and the server answers no other. It is kept as a lease, so that it ends by itself.
 */

/** 16 random bytes, unpadded URL-safe base64. */
export const noncePattern = /[A-Za-z0-9_-]{22}/

const NONCE_BYTES = 16
/** Longer than a run of the doctor, by as much as two clocks of replicas may differ. */
const LIFE_MS = 60_000
const PREFIX = 'doctor '
const HOLDER = 'doctor'

export interface Nonce {
  readonly text: string
  /** Takes it back, and those that a doctor left behind when it was killed. */
  end(): Promise<void>
}

export async function makeNonce(storage: Storage, runtime: Runtime): Promise<Nonce> {
  const text = runtime.random.bytes(NONCE_BYTES).toString('base64url')
  await acquireLease(storage, runtime, PREFIX + text, HOLDER, LIFE_MS)
  return {
    text,
    async end() {
      await releaseLease(storage, PREFIX + text, HOLDER)
      await storage.db
        .deleteFrom('leases')
        .where('name', 'like', `${PREFIX}%`)
        .where('expires_at', '<', runtime.clock.now())
        .execute()
    },
  }
}

/** Whether a doctor has just made this nonce. */
export async function isNonce(storage: Storage, now: number, text: string): Promise<boolean> {
  const row = await storage.db
    .selectFrom('leases')
    .select('name')
    .where('name', '=', PREFIX + text)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row !== undefined
}
