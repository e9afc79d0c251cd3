import type { Random } from '../runtime.ts'

export interface SrvRecord {
  readonly target: string
  readonly port: number
  readonly priority: number
  readonly weight: number
}

export interface Resolver {
  addresses(hostname: string): Promise<readonly string[]>
  srv(name: string): Promise<readonly SrvRecord[]>
}

export interface ResolverOptions {
  readonly servers: readonly string[]
  readonly timeoutMs: number
  readonly random: Random
}

export function createResolver(options: ResolverOptions): Resolver {
  throw new Error(`not written ${options.timeoutMs}`)
}
