import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { OperatorError } from './config/operator-error.ts'
import type { Config } from './config/schema.ts'

/** PEM texts of the certification authorities that the operator trusts besides the usual ones. */
export async function authoritiesOf(config: Config, dataDir: string): Promise<string[]> {
  const { caFile } = config.network
  return caFile === null ? [] : [await readPem(resolve(dataDir, caFile), 'network.caFile')]
}

/** Certificate and key of the public listener; null when it speaks plain HTTP. */
export async function tlsOf(config: Config, dataDir: string): Promise<{ cert: string; key: string } | null> {
  const { mode, certificate, privateKey } = config.server.tls
  if (mode === 'proxy' || certificate === null || privateKey === null) return null
  return {
    cert: await readPem(resolve(dataDir, certificate), 'server.tls.certificate'),
    key: await readPem(resolve(dataDir, privateKey), 'server.tls.privateKey'),
  }
}

async function readPem(file: string, key: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new OperatorError('tls-unusable', {
      tried: `read ${file}`,
      likelyCause: 'The file is not there, or the user that runs Signpost may not read it.',
      fix: `Correct ${key} in signpost.yaml, or make the file readable.`,
      cause,
    })
  }
}
