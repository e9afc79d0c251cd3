import type { FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import { AdminError } from './errors.ts'

/** A file in the body of a request. */
export interface SentFile {
  /** As announced; when fewer come, `chunks` rejects. */
  readonly bytes: number
  /** To be read once. Whoever stops early leaves the rest to be thrown away, so that the answer still arrives. */
  chunks(): AsyncIterable<Buffer>
}

/** Throws `AdminError` `invalid` where no file was sent, or nobody says how long it is. */
export function sentFileOf({ body, headers }: FastifyRequest): SentFile {
  const bytes = Number(headers['content-length'])
  if (!(body instanceof Readable) || !Number.isSafeInteger(bytes)) {
    throw new AdminError('invalid', {
      message: 'This takes the bytes of a file: application/octet-stream with a Content-Length.',
    })
  }
  // A destroyed request takes its connection along, and with it the answer.
  return { bytes, chunks: () => body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer> }
}
