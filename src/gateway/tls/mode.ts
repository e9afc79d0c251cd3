import type { Material } from './tls-files.ts'

/** One way to come by a certificate. */
export interface TlsMode {
  /** What new connections are to get; there is always something. */
  current(): Material
  /** Begins to watch or to renew; called once the listener is open. */
  start(): void
  /** Asks for a certificate at once, without waiting for the end of a rest; for modes that ask somebody. */
  retry?(): void
  /** Ends what is under way. `changed` is not called any more afterwards. */
  close(): Promise<void>
}

/** How a mode says that new connections are to get another certificate. */
export type Changed = (material: Material) => void
