import { createPrivateKey } from 'node:crypto'
import { z } from 'zod'
import type { Material } from '../tls-files.ts'
import { sameNames } from '../verdicts/names.ts'
import { readCertificates } from '../verdicts/read-certificates.ts'
import { buildRequest, keyPem, newServerKey } from '../x509/build.ts'
import { authorize, type AuthorizeOptions } from './authorize.ts'
import { AcmeFailure } from './failure.ts'
import { describe, problemSchema, shortType } from './problems.ts'
import type { AcmeState } from './state.ts'

export type OpenOrder = NonNullable<AcmeState['order']>

export interface OrderOptions extends AuthorizeOptions {
  readonly names: readonly string[]
  /** Identifier of the certificate that the new one follows, where the authority wants to know (RFC 9773, section 5). */
  readonly replaces: string | null
  /** An order that an earlier process began; used when it is for the same and still good. */
  readonly begun: OpenOrder | null
  /** Called before anything is done with a new order. */
  readonly remember: (order: OpenOrder) => Promise<void>
}

/** RFC 8555, section 7.1.3. */
const orderSchema = z.object({
  status: z.string(),
  authorizations: z.array(z.url()),
  finalize: z.url(),
  certificate: z.url().optional(),
  error: problemSchema.optional(),
})
type Order = z.output<typeof orderSchema>

/** Orders a certificate, or goes on with the order that was begun, up to the certificate. Throws AcmeFailure. */
export async function obtainCertificate(options: OrderOptions): Promise<Material> {
  const { client, account, poll, names } = options
  const { begun, order } = await resume(options)
  const read = async () => orderSchema.parse((await client.post(account, begun.url, null)).json())

  let current = order
  if (current.status === 'pending') {
    for (const url of current.authorizations) await authorize(url, options)
    current = await poll(read, ({ status }) => status !== 'pending')
  }
  if (current.status === 'ready') {
    const csr = buildRequest(names, createPrivateKey(begun.key)).toString('base64url')
    await client.post(account, current.finalize, { csr })
    current = await poll(read, ({ status }) => status !== 'processing' && status !== 'ready')
  } else if (current.status === 'processing') {
    current = await poll(read, ({ status }) => status !== 'processing')
  }
  if (current.status !== 'valid' || current.certificate === undefined) throw orderFailed(current)
  const chain = await client.post(account, current.certificate, null, 'application/pem-certificate-chain')
  return belonging({ key: begun.key, cert: chain.body.toString('utf8') })
}

function belonging(material: Material): Material {
  const [leaf] = readCertificates(material.cert).certificates
  if (leaf?.checkPrivateKey(createPrivateKey(material.key)) === true) return material
  throw new AcmeFailure('refused', 'The authority sent a certificate for another key.', AGAIN)
}

const AGAIN = 'Signpost orders again by itself.'

async function resume(options: OrderOptions): Promise<{ begun: OpenOrder; order: Order }> {
  const { begun, client, names, account } = options
  if (begun !== null && begun.directory === client.url && sameNames(begun.names, names)) {
    const order = await reopen(begun, options)
    if (order !== null && order.status !== 'invalid') return { begun, order }
  }
  const answer = await client.post(account, client.directory.newOrder, {
    identifiers: names.map((value) => ({ type: 'dns', value })),
    ...(options.replaces === null ? {} : { replaces: options.replaces }),
  })
  const { location } = answer.headers
  if (location === undefined) {
    throw new AcmeFailure(
      'refused',
      'The authority took the order and did not say where it is.',
      'Try again.',
    )
  }
  const fresh = { directory: client.url, url: location, names: [...names], key: keyPem(newServerKey()) }
  await options.remember(fresh)
  return { begun: fresh, order: orderSchema.parse(answer.json()) }
}

/** Orders expire, and test servers forget them; then there is a new one. */
async function reopen(begun: OpenOrder, { client, account }: OrderOptions): Promise<Order | null> {
  try {
    return orderSchema.parse((await client.post(account, begun.url, null)).json())
  } catch (error) {
    if (error instanceof AcmeFailure && refusals.has(error.type ?? '')) return null
    throw error
  }
}

const refusals: ReadonlySet<string> = new Set(['malformed', 'unauthorized', 'about:blank'])

function orderFailed({ status, error }: Order): AcmeFailure {
  const said = error === undefined ? '' : ` ${describe(error)}`
  return new AcmeFailure(
    'refused',
    `The authority ended the order as ${status}.${said}`,
    'Signpost orders again by itself; the message says what the authority did not like.',
    error === undefined ? {} : { type: shortType(error.type) },
  )
}
