import type { z } from 'zod'
import { backendSection, timeout } from '../section.ts'

export const ldapSection = backendSection('ldap', 'TODO', { timeout: timeout() })

export type LdapConfig = z.output<typeof ldapSection>
