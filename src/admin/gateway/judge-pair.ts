import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { explainSystemError, systemErrorFix } from '../../config/file-error.ts'
import { publicHost } from '../../gateway/tls/names.ts'
import { trustedBy } from '../../gateway/tls/open-mode.ts'
import { factsOf } from '../../gateway/tls/status.ts'
import { judgeCertificate } from '../../gateway/tls/verdict.ts'
import { AdminError } from '../api/errors.ts'
import type { HandlerAnswer, Received } from '../api/route.ts'
import type { gatewayContract } from './contract.ts'
import type { GatewayOptions } from './handlers.ts'

type Judge = (typeof gatewayContract)['POST /api/gateway/tls/judge']

/** Verdicts on a certificate and its key, wherever they are. Neither is kept. */
export async function judgePair(
  body: Received<Judge>['body'],
  { dataDir, runtime, config, authorities }: GatewayOptions,
): Promise<HandlerAnswer<Judge>> {
  const [chainPem, keyPem] =
    'certificateFile' in body
      ? [
          await readPart(dataDir, 'certificateFile', body.certificateFile),
          await readPart(dataDir, 'keyFile', body.keyFile),
        ]
      : [body.certificatePem, body.keyPem]
  const verdicts = judgeCertificate({
    chainPem,
    ...(keyPem === undefined ? {} : { keyPem }),
    host: body.host ?? publicHost(config()),
    now: runtime.clock.now(),
    trusted: trustedBy(authorities),
  })
  return { certificate: factsOf(chainPem), verdicts }
}

/** Paths in the settings are relative to the data directory. */
async function readPart(dataDir: string, field: string, name: string): Promise<Buffer> {
  const path = resolve(dataDir, name)
  return await readFile(path).catch((error: unknown) => {
    throw new AdminError('invalid', {
      problems: [
        { path: field, message: explainSystemError(error, path), fix: systemErrorFix(error, path, 'read') },
      ],
    })
  })
}
