import type { CreateBackend } from '../kind.ts'
import type { SqlConfig } from './config.ts'

export const createSqlBackend: CreateBackend<SqlConfig> = async () => {
  throw new Error('not built yet')
}
