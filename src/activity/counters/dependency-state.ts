import { z } from 'zod'

/** `unknown`: it was not asked yet. `off`: not set up. */
export const dependencyState = z.enum(['ok', 'warning', 'problem', 'unknown', 'off'])
export type DependencyState = z.infer<typeof dependencyState>
