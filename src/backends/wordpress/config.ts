import type { z } from 'zod'
import { backendSection, timeout } from '../section.ts'

export const wordpressSection = backendSection('wordpress', 'TODO', { timeout: timeout() })

export type WordpressConfig = z.output<typeof wordpressSection>
