import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { Runtime } from '../runtime.ts'
import {
  createOidcKeyFile,
  readOidcKeyFile,
  saveOidcKeyFile,
  type OidcKey,
  type OidcKeyFile,
} from './key-file.ts'

export interface OidcKeys {
  readonly cookieSecret: string
  /** The one that signs comes first; the others are published with it. */
  readonly keys: readonly OidcKey['jwk'][]
}

export interface OidcKeyRing {
  /** Makes and retires keys as their time comes. @throws OperatorError */
  current(rotateEveryMs: number): Promise<OidcKeys>
}

/** How long a key is published before it signs: clients keep what they have read for some hours. */
const LEAD_MS = 86_400_000
/** How long a key stays published after it has signed for the last time. ID tokens live for minutes. */
const LINGER_MS = 86_400_000

/** The keys in `file`, read anew each time: another process of this installation may have changed them. */
export function createOidcKeyRing(file: string, runtime: Runtime): OidcKeyRing {
  let queue: Promise<unknown> = Promise.resolve()

  async function load(): Promise<OidcKeyFile> {
    const existing = await readOidcKeyFile(file)
    if (existing !== null) return existing
    const created: OidcKeyFile = {
      version: 1,
      cookieSecret: runtime.random.bytes(32).toString('base64'),
      keys: [await newKey(runtime)],
    }
    return (await createOidcKeyFile(file, created)) ? created : await load()
  }

  async function keep(rotateEveryMs: number): Promise<OidcKeys> {
    const content = await load()
    const now = runtime.clock.now()
    const plan = planKeys(content.keys, now, rotateEveryMs)
    const keys = plan.isDue ? [...plan.kept, await newKey(runtime)] : [...plan.kept]
    if (keys.length !== content.keys.length || plan.isDue) await saveOidcKeyFile(file, { ...content, keys })
    const { signing } = plan
    const others = keys.filter((key) => key !== signing)
    return { cookieSecret: content.cookieSecret, keys: [signing, ...others].map(({ jwk }) => jwk) }
  }

  return {
    current(rotateEveryMs) {
      const result = queue.then(() => keep(rotateEveryMs))
      queue = result.catch(() => undefined)
      return result
    },
  }
}

/** Which key signs, which ones stay, and whether the next one is due. The oldest comes first; there is one at least. */
export function planKeys<K extends { readonly createdAt: number }>(
  keys: readonly K[],
  now: number,
  rotateEveryMs: number,
): { readonly signing: K; readonly kept: readonly K[]; readonly isDue: boolean } {
  const [oldest, ...later] = keys
  if (oldest === undefined) throw new Error('a key file has one key at least')
  // The oldest one has nobody to wait for.
  const timed = [
    { key: oldest, from: oldest.createdAt },
    ...later.map((key) => ({ key, from: key.createdAt + LEAD_MS })),
  ]
  const at = Math.max(
    0,
    timed.findLastIndex(({ from }) => from <= now),
  )
  const kept = timed.filter((_, index) => {
    const next = timed[index + 1]
    return index >= at || next === undefined || now < next.from + LINGER_MS
  })
  const current = timed[at] ?? { key: oldest, from: oldest.createdAt }
  return {
    signing: current.key,
    kept: kept.map(({ key }) => key),
    isDue: at === timed.length - 1 && now >= current.from + rotateEveryMs - LEAD_MS,
  }
}

const generate = promisify(generateKeyPair)

async function newKey({ clock, random }: Runtime): Promise<OidcKey> {
  const { privateKey } = await generate('rsa', { modulusLength: 2048 })
  const {
    n = '',
    e = '',
    d = '',
    p = '',
    q = '',
    dp = '',
    dq = '',
    qi = '',
  } = privateKey.export({ format: 'jwk' })
  const kid = random.bytes(12).toString('base64url')
  const jwk = { kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e, d, p, q, dp, dq, qi } as const
  return { createdAt: clock.now(), jwk }
}
