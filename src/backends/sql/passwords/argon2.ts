import { argon2d, argon2i, argon2id } from 'hash-wasm'
import { equal, fromBase64, within, type PasswordScheme } from './scheme.ts'

/** Kibibytes: half a gigabyte, far above what RFC 9106 recommends for servers short of memory (64 MiB). */
const MAX_MEMORY = 512 * 1024
/** Kibibytes written in all passes together: some seconds. */
const MAX_WORK = 2 * 1024 * 1024
const MAX_PASSES = 1_000
const MAX_LANES = 64

const variants = { argon2d, argon2i, argon2id }
/** PHC string format; version 1.3 (19), the only one of RFC 9106. */
const pattern =
  /^\$(argon2(?:id|i|d))\$v=19\$m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,10})\$([A-Za-z0-9+/]{11,})\$([A-Za-z0-9+/]{6,})$/

/** `$argon2id$v=19$m=65536,t=3,p=4$...`, and Django's `argon2$argon2id$...`. */
export const argon2Scheme: PasswordScheme = {
  name: 'argon2',
  read(stored) {
    const [, variant, m, t, p, salt, hash] = pattern.exec(stored.replace(/^argon2(?=\$)/, '')) ?? []
    if (variant === undefined || salt === undefined || hash === undefined) return null
    const [memorySize, iterations, parallelism] = [Number(m), Number(t), Number(p)]
    within(
      [memorySize, MAX_MEMORY],
      [iterations, MAX_PASSES],
      [memorySize * iterations, MAX_WORK],
      [parallelism, Math.min(MAX_LANES, memorySize / 8)],
    )
    const expected = fromBase64(hash)
    const compute = variants[variant as keyof typeof variants]
    return async (password) => {
      if (password === '') return false
      const costs = { memorySize, iterations, parallelism, hashLength: expected.length }
      const computed = await compute({ password, salt: fromBase64(salt), ...costs, outputType: 'binary' })
      return equal(computed, expected)
    }
  },
}
