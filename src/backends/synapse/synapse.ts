import type { CreateBackend } from '../kind.ts'
import type { SynapseConfig } from './config.ts'

export const createSynapseBackend: CreateBackend<SynapseConfig> = async () => {
  throw new Error('not built yet')
}
