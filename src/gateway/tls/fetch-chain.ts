import { isIP } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import type { X509Certificate } from 'node:crypto'

export interface PeerToAsk {
  /** IP address or name to connect to. */
  readonly host: string
  readonly port: number
  /** Name to ask for (SNI) when it is not `host`. */
  readonly serverName?: string
  readonly timeoutMs: number
}

/** The connection brought no certificate; `code` is that of Node (`ECONNREFUSED`, `ETIMEDOUT`, `ERR_SSL_...`). */
export class NoCertificate extends Error {
  override readonly name = 'NoCertificate'
  readonly code: string

  constructor(message: string, code: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

/**
 * The certificates that a TLS server sends, as PEM, leaf first: they are sorted by OpenSSL, and ones that do not belong
 * to the chain are left out. Nothing is verified: judging is what they are fetched for. Throws NoCertificate.
 */
export async function fetchChain({ host, port, serverName = host, timeoutMs }: PeerToAsk): Promise<string> {
  const socket = connect({
    host,
    port,
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    rejectUnauthorized: false,
    // Without authorities, Node adds none of its own to what the server has sent.
    ca: [],
    ALPNProtocols: ['http/1.1'],
  })
  try {
    await secured(socket, timeoutMs)
    const chain: X509Certificate[] = []
    for (let one = socket.getPeerX509Certificate(); one !== undefined; one = one.issuerCertificate) {
      if (chain.some(({ fingerprint256 }) => fingerprint256 === one?.fingerprint256)) break
      chain.push(one)
    }
    if (chain.length === 0) throw new NoCertificate('The server sent no certificate.', 'NONE')
    return chain.map((one) => one.toString()).join('')
  } finally {
    socket.on('error', () => undefined).destroy()
  }
}

function secured(socket: TLSSocket, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.setTimeout(timeoutMs, () => reject(new NoCertificate('The server does not answer.', 'ETIMEDOUT')))
    socket.once('secureConnect', resolve)
    socket.once('close', () => reject(new NoCertificate('The server closed the connection.', 'ECONNRESET')))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      reject(new NoCertificate(error.message, error.code ?? 'UNKNOWN', error))
    })
  })
}
