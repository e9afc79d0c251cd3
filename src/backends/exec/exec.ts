import type { CreateBackend } from '../kind.ts'
import type { ExecConfig } from './config.ts'

export const createExecBackend: CreateBackend<ExecConfig> = async () => {
  throw new Error('not built yet')
}
