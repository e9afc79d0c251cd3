import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { FastifyReply } from 'fastify'

/** Sends a file to be saved. Resolves when it is sent, or the reader has gone. */
export async function sendBackup(reply: FastifyReply, path: string, name: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    reply.hijack()
    // Those for every answer; a hijacked one is left alone by the framework.
    for (const [header, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(header, value)
    }
    reply.raw.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': size,
      // RFC 6266, in the form of RFC 8187: names may hold any letter.
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      'cache-control': 'no-store',
    })
    await pipeline(handle.createReadStream({ autoClose: false }), reply.raw)
  } catch (error) {
    if (!reply.raw.headersSent) throw error
    // Whoever reads it sees by its length that the end is missing.
    reply.raw.destroy()
  } finally {
    await handle.close()
  }
}
