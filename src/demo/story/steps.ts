import { findingSteps } from './finding.ts'
import { invitingSteps } from './inviting.ts'
import type { Step } from './plot.ts'
import { publishingSteps } from './publishing.ts'
import { troubleSteps } from './trouble.ts'

/** The story in its order. Each step builds on those before it. */
export const steps: readonly Step[] = [...findingSteps, ...publishingSteps, ...invitingSteps, ...troubleSteps]
