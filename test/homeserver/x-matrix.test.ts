import { describe, expect, it } from 'vitest'
import { createXMatrixVerifier, parseXMatrix, type SignedRequest } from '../../src/homeserver/x-matrix.ts'
import { HttpFailure } from '../../src/net/http-client.ts'
import { signJson, signingKeyFromSeed } from '../../src/matrix/signing.ts'

const key = signingKeyFromSeed(
  'ed25519:1',
  Buffer.from('YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1', 'base64'),
)
const uri = '/_matrix/identity/v2/3pid/unbind'
const content = {
  mxid: '@ears:example.org',
  threepid: { address: 'monkeys_have_ears@example.org', medium: 'email' },
}
/** The specification sheet's vectors: the same request signed over `destination_is` and over `destination`. */
const overDestinationIs =
  '5Oedztjw29lt9jHzWMjEJN1KaGzo7BRFoXNAoRZIqSZH7fZbkpLppQ5BtTYgp0BX0Ea/hulOhVUjJq74UIu/BQ'
const overDestination =
  '13Xpcv8Vo3XWHAL7LzW3UR7VNKkFMhH+zOEiKEZ22x1xgvQK5n7RBoPg/79gIadbxuOTvBqig0qj7KyWaxMYBw'

const one = { origin: 'a.org', destination: 'b.org', key: 'ed25519:k', signature: 's+/=' }

describe('the X-Matrix header', () => {
  it.each([
    [
      'as the specification shows it',
      'X-Matrix origin="a.org",destination="b.org",key="ed25519:k",sig="s+/="',
    ],
    [
      'with spaces and tabs around commas',
      'X-Matrix origin="a.org" ,\tdestination="b.org", key="ed25519:k" , sig="s+/="',
    ],
    ['in another order', 'X-Matrix sig="s+/=",key="ed25519:k",destination="b.org",origin="a.org"'],
    ['with upper-case names', 'x-matrix ORIGIN="a.org",Destination="b.org",KEY="ed25519:k",Sig="s+/="'],
    ['without quotes', 'X-Matrix origin=a.org,destination=b.org,key=ed25519:k,sig=s+/='],
    [
      'with several spaces after the scheme',
      'X-Matrix   origin=a.org,destination=b.org,key=ed25519:k,sig=s+/=',
    ],
    ['with escapes', 'X-Matrix origin="a\\.org",destination="\\b.org",key="ed25519:k",sig="s+/="'],
    [
      'with `signature` for `sig`',
      'X-Matrix origin=a.org,destination=b.org,key="ed25519:k",signature="s+/="',
    ],
    ['with unknown parameters', 'X-Matrix origin=a.org,x="1,2",destination=b.org,key="ed25519:k",sig="s+/="'],
    ['with empty list elements', 'X-Matrix origin=a.org,,destination=b.org,key="ed25519:k",sig="s+/=",'],
  ])('is read %s', (_how, header) => {
    expect(parseXMatrix([header])).toEqual([one])
  })

  it('may lack the destination', () => {
    expect(parseXMatrix(['X-Matrix origin=a.org,key="ed25519:k",sig="s"'])[0]?.destination).toBeNull()
  })

  it('keeps a comma inside quotes', () => {
    expect(parseXMatrix(['X-Matrix origin="a,b",key="k",sig="\\"s\\\\"'])).toMatchObject([
      { origin: 'a,b', signature: '"s\\' },
    ])
  })

  it('may hold several credentials, in one header or more', () => {
    const text = 'X-Matrix origin=a.org,destination=b.org,key=ed25519:k,sig=s+/='
    expect(parseXMatrix([`${text}, ${text}`, text])).toEqual([one, one, one])
  })

  it.each([
    ['another scheme', 'Bearer abc'],
    ['no parameters', 'X-Matrix'],
    ['no origin', 'X-Matrix key="ed25519:k",sig="s"'],
    ['no key', 'X-Matrix origin=a.org,sig="s"'],
    ['no signature', 'X-Matrix origin=a.org,key="ed25519:k"'],
    ['an origin twice', 'X-Matrix origin=a.org,origin=b.org,key="ed25519:k",sig="s"'],
    ['an open quote', 'X-Matrix origin="a.org,key="ed25519:k",sig="s'],
    ['text after the credentials', 'X-Matrix origin=a.org,key="ed25519:k",sig="s" and more'],
    ['nothing', ''],
  ])('with %s yields nothing', (_what, header) => {
    expect(parseXMatrix([header])).toEqual([])
  })
})

function verifier(ownNames = ['id.example.com']) {
  return createXMatrixVerifier({
    ownNames,
    keys: {
      async key(serverName, keyId) {
        if (serverName === 'away.org') throw new HttpFailure('connect', 'gone', { mayHaveArrived: false })
        return serverName === 'example.org' && keyId === 'ed25519:1' ? key.publicKey : null
      },
    },
  })
}

const header = (sig: string, more: { origin?: string; destination?: string; key?: string } = {}) =>
  `X-Matrix origin="${more.origin ?? 'example.org'}",key="${more.key ?? 'ed25519:1'}",sig="${sig}",destination="${more.destination ?? 'id.example.com'}"`
const request = (authorization: string | undefined, more: Partial<SignedRequest> = {}): SignedRequest => ({
  authorization,
  method: 'POST',
  uris: [uri],
  content,
  ...more,
})

describe('a signed request', () => {
  it.each([
    ['destination_is, as homeservers do', overDestinationIs],
    ['destination, as the specification says', overDestination],
  ])('is believed when signed over %s', async (_how, signature) => {
    expect(await verifier().verify(request(header(signature)))).toEqual({ origin: 'example.org' })
  })

  it('is believed when signed for the plain path behind a prefix', async () => {
    const uris = [`/prefix${uri}`, uri]
    expect(await verifier().verify(request(header(overDestinationIs), { uris }))).toEqual({
      origin: 'example.org',
    })
  })

  it('is believed under a further name of this server', async () => {
    const own = ['localhost:8090', 'id.example.com']
    const authorization = `X-Matrix origin="example.org",key="ed25519:1",sig="${overDestinationIs}"`
    expect(await verifier(own).verify(request(authorization))).toEqual({ origin: 'example.org' })
  })

  it('is believed without any destination, as old homeservers sign', async () => {
    const signed = signJson({ method: 'POST', uri, origin: 'example.org', content }, 'example.org', key)
    const signature = signed.signatures['example.org']?.['ed25519:1'] ?? ''
    const authorization = `X-Matrix origin=example.org,key="ed25519:1",sig="${signature}"`
    expect(await verifier().verify(request(authorization))).toEqual({ origin: 'example.org' })
  })

  const good = header(overDestinationIs)
  it.each([
    ['without a header', request(undefined), 401, 'M_UNAUTHORIZED'],
    ['with another scheme', request('Bearer x'), 401, 'M_UNAUTHORIZED'],
    [
      'for another destination',
      request(header(overDestinationIs, { destination: 'evil.org' })),
      401,
      'M_UNAUTHORIZED',
    ],
    [
      'with another body',
      request(good, { content: { ...content, mxid: '@eve:example.org' } }),
      403,
      'M_FORBIDDEN',
    ],
    ['without the body', request(good, { content: undefined }), 403, 'M_FORBIDDEN'],
    ['with another method', request(good, { method: 'PUT' }), 403, 'M_FORBIDDEN'],
    ['for another path', request(good, { uris: ['/_matrix/identity/v2/3pid/bind'] }), 403, 'M_FORBIDDEN'],
    ['by another origin', request(header(overDestinationIs, { origin: 'evil.org' })), 403, 'M_FORBIDDEN'],
    [
      'by a key that is not published',
      request(header(overDestinationIs, { key: 'ed25519:2' })),
      403,
      'M_FORBIDDEN',
    ],
    ['by an unknown algorithm', request(header(overDestinationIs, { key: 'hmac:1' })), 403, 'M_FORBIDDEN'],
    ['by something that is no server', request(header('x', { origin: 'a/b' })), 403, 'M_FORBIDDEN'],
    ['by two origins', request(`${good}, ${header('x', { origin: 'evil.org' })}`), 403, 'M_FORBIDDEN'],
    ['by a server whose keys cannot be had', request(header('x', { origin: 'away.org' })), 502, 'M_UNKNOWN'],
  ])('is refused %s', async (_what, refused, status, errcode) => {
    await expect(verifier().verify(refused)).rejects.toMatchObject({ name: 'MatrixError', status, errcode })
  })

  it('is refused when this server has another name than the signed one', async () => {
    const authorization = `X-Matrix origin="example.org",key="ed25519:1",sig="${overDestinationIs}"`
    await expect(verifier(['other.example.com']).verify(request(authorization))).rejects.toMatchObject({
      status: 403,
    })
  })

  it('is written in canonical form once, however many credentials and names it is checked against', async () => {
    let reads = 0
    const counted = {
      get mxid() {
        reads++
        return content.mxid
      },
    }
    const authorization = ['a', 'b', 'c', 'd'].map((sig) => header(sig)).join(', ')
    const uris = [`/prefix${uri}`, uri]
    const names = ['id.example.com', 'localhost:8090']
    await expect(
      verifier(names).verify(request(authorization, { content: counted, uris })),
    ).rejects.toMatchObject({ status: 403 })
    expect(reads).toBe(1)
  })

  it('has each of its credentials checked once', async () => {
    let asked = 0
    const keys = { key: async () => (asked++, key.publicKey) }
    const repeated = Array.from({ length: 4 }, () => header(overDestination.replace('1', '2'))).join(', ')
    const { verify } = createXMatrixVerifier({ keys, ownNames: ['id.example.com'] })
    await expect(verify(request(repeated))).rejects.toMatchObject({ status: 403 })
    expect(asked).toBe(1)
  })

  it('is refused when its body has no canonical form', async () => {
    await expect(verifier().verify(request(good, { content: { half: 0.5 } }))).rejects.toMatchObject({
      status: 403,
    })
  })
})
