import type { z } from 'zod'
import { backendSection, timeout } from '../section.ts'

export const restSection = backendSection('rest', 'TODO', { timeout: timeout() })

export type RestConfig = z.output<typeof restSection>
