import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export const moduleFileName = 'signpost_synapse.py'

/** The module with which Synapse asks Signpost about passwords, as text. It lies beside the code, bundled or not. */
export const readModuleFile = (): Promise<string> =>
  readFile(join(import.meta.dirname, 'synapse-module', moduleFileName), 'utf8')
