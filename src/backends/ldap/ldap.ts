import type { CreateBackend } from '../kind.ts'
import type { LdapConfig } from './config.ts'

export const createLdapBackend: CreateBackend<LdapConfig> = async () => {
  throw new Error('not built yet')
}
