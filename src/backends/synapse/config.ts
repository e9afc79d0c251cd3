import type { z } from 'zod'
import { backendSection, timeout } from '../section.ts'

export const synapseSection = backendSection('synapse', 'TODO', { timeout: timeout() })

export type SynapseConfig = z.output<typeof synapseSection>
