import { beforeEach, describe, expect, it } from 'vitest'
import { createSignedRequests } from '../../../src/federation/inbound/signed-requests.ts'
import { PeerFailure } from '../../../src/federation/peer-failure.ts'
import { createRateLimiter } from '../../../src/http/rate-limiter.ts'
import { MatrixError } from '../../../src/matrix/errors.ts'
import { signJson } from '../../../src/matrix/signing.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { randomKey } from './support/asking-signpost.ts'

const key = randomKey()
const rate = { perMinute: 30, burst: 30 }
let asked: string[]
let answer: (hostname: string, keyId: string) => Promise<string | null>
let limited: boolean
beforeEach(() => {
  asked = []
  answer = async () => key.publicKey
  limited = true
})

function setUp() {
  const { clock } = createTestRuntime()
  const signed = createSignedRequests({
    keyOf: (hostname, keyId) => {
      asked.push(`${hostname} ${keyId}`)
      return answer(hostname, keyId)
    },
    limiter: createRateLimiter(
      () => rate,
      clock,
      () => limited,
    ),
    timeoutMs: () => 5_000,
  })
  return (name: string, { address = '192.0.2.1', signer = key, request = signJson({}, name, signer) } = {}) =>
    signed
      .verify(request, { name, hostname: name.toLowerCase() }, address)
      .then(() => 'good')
      .catch((error: unknown) =>
        error instanceof MatrixError ? `${error.status} ${error.errcode}` : String(error),
      )
}

describe('the signature of a request', () => {
  it('is good with the key that its origin publishes', async () => {
    expect(await setUp()('a.example')).toBe('good')
    expect(asked).toEqual(['a.example ed25519:0'])
  })

  it('may be the second of two, by which a server changes its key', async () => {
    const fresh = randomKey('ed25519:1')
    answer = async (_hostname, keyId) => (keyId === 'ed25519:1' ? fresh.publicKey : null)
    const request = signJson(signJson({}, 'a.example', key), 'a.example', fresh)
    expect(await setUp()('a.example', { request })).toBe('good')
  })

  it('causes two questions at most, however many signatures there are', async () => {
    answer = async () => null
    const request = Array.from({ length: 50 }, (_, n) => randomKey(`ed25519:${n}`)).reduce(
      (signed, each) => signJson(signed, 'a.example', each),
      signJson({}, 'a.example', key),
    )
    expect(await setUp()('a.example', { request })).toBe('403 M_FORBIDDEN')
    expect(asked).toHaveLength(2)
  })

  it('tells nobody why a key could not be fetched', async () => {
    answer = async () => {
      throw new PeerFailure('connect', '10.0.0.1 refused', 'fix')
    }
    expect(await setUp()('a.example')).toBe('502 M_UNKNOWN')
  })
})

describe('ten thousand origins', () => {
  const names = Array.from({ length: 10_000 }, (_, n) => `origin${n}.example`)

  it('from one address cause as many questions as the limit allows, and the peers of before are answered', async () => {
    const verify = setUp()
    expect(await verify('known.example')).toBe('good')
    const results = await Promise.all(names.map((name) => verify(name)))
    expect(results.filter((each) => each === 'good')).toHaveLength(29)
    expect(results.filter((each) => each === '429 M_LIMIT_EXCEEDED')).toHaveLength(9_971)
    expect(asked).toHaveLength(30)
    expect(await verify('known.example')).toBe('good')
  })

  it('from everywhere, whose keys never come, hold 32 questions open and keep no peer waiting', async () => {
    limited = false
    const verify = setUp()
    expect(await verify('known.example')).toBe('good')
    const ends: (() => void)[] = []
    answer = (hostname) =>
      hostname === 'known.example'
        ? Promise.resolve(key.publicKey)
        : new Promise((_resolve, reject) => {
            ends.push(() => reject(new PeerFailure('timeout', 'too slow', 'fix')))
          })
    const results = names.map((name, n) => verify(name, { address: `2001:db8:${n.toString(16)}::1` }))
    expect(await verify('known.example')).toBe('good')
    expect(ends).toHaveLength(32)
    for (const end of ends) end()
    const all = await Promise.all(results)
    expect(all.filter((each) => each === '502 M_UNKNOWN')).toHaveLength(32)
    expect(all.filter((each) => each === '429 M_LIMIT_EXCEEDED')).toHaveLength(9_968)
    answer = async () => key.publicKey
    expect(await verify('later.example')).toBe('good')
  })
})
