import type { z } from 'zod'
import { backendSection, timeout } from '../section.ts'

export const sqlSection = backendSection('sql', 'TODO', { timeout: timeout() })

export type SqlConfig = z.output<typeof sqlSection>
