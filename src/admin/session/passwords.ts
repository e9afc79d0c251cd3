import { argon2id } from 'hash-wasm'
import { createPasswordChecker } from '../../backends/sql/passwords/password-checker.ts'
import type { Random } from '../../runtime.ts'

/** The passwords of administrators. */
export interface Passwords {
  /** A PHC string, with the costs in it. Takes some tens of milliseconds, and is done a few times in the life of a server. */
  hash(password: string): Promise<string>
  /** In a thread of its own. `stored` null: takes as long and answers false, so that nobody learns which names exist. */
  verify(password: string, stored: string | null): Promise<boolean>
  close(): Promise<void>
}

/** The first set of the OWASP Password Storage Cheat Sheet for argon2id; memory in KiB. */
const costs = { memorySize: 47_104, iterations: 1, parallelism: 1, hashLength: 32 } as const
const SALT_BYTES = 16
const VERIFY_TIMEOUT_MS = 15_000

/** Nobody's password: compared with where there is no administrator. */
const nobody = `$argon2id$v=19$m=${costs.memorySize},t=${costs.iterations},p=${costs.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`

export function createPasswords(random: Random): Passwords {
  const checker = createPasswordChecker({ plain: false })
  return {
    hash: (password) => hashPassword(password, random),
    async verify(password, stored) {
      const matches = await checker.verify(
        password.normalize('NFKC'),
        stored ?? nobody,
        AbortSignal.timeout(VERIFY_TIMEOUT_MS),
      )
      return matches && stored !== null
    },
    close: () => checker.close(),
  }
}

/** See `Passwords.hash`. Two keyboards may spell an umlaut differently: the compatibility form is what counts (NIST SP 800-63B, 5.1.1.2). */
export function hashPassword(password: string, random: Random): Promise<string> {
  return argon2id({
    password: password.normalize('NFKC'),
    salt: random.bytes(SALT_BYTES),
    ...costs,
    outputType: 'encoded',
  })
}
