import type { z } from 'zod'
import { backendSection, timeout } from '../section.ts'

export const execSection = backendSection('exec', 'TODO', { timeout: timeout() })

export type ExecConfig = z.output<typeof execSection>
