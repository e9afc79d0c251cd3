import type { BreakableWorld, ExamineOptions } from './doctor-world.ts'

/** One fault: what is done to the world, and exactly what the doctor has to find then, and nothing besides. */
export interface Break {
  /** Completes "a world in which ...". */
  readonly name: string
  /** Breaks something; returns what mends it. */
  readonly inject: (world: BreakableWorld) => Promise<Mend> | Mend
  /** Codes, with their subject in brackets where they have one. */
  readonly finds: readonly string[]
  readonly options?: (world: BreakableWorld) => ExamineOptions
}

export type Mend = (() => Promise<unknown> | unknown) | void

/** Another text of `signpost.yaml`, which the running server does not know of. */
export const withConfig =
  (change: (config: BreakableWorld['config']) => BreakableWorld['config']): Break['inject'] =>
  async (world) => {
    await world.rewriteConfig(change(world.config))
    return () => world.rewriteConfig()
  }
