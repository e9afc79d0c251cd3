import { encodeBase64 } from '../../../../src/matrix/base64.ts'
import type { ApiRequest } from '../../../support/api-client.ts'
import { currentKey, formerKey, ma1sdToken } from './ma1sd-fixture.ts'
import { mailedPublicKey, sydentKey, sydentToken } from './sydent-fixture.ts'

/** What the other server answered; only what clients and homeservers go by. */
export interface Recorded {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly about: string
  readonly request?: ApiRequest
  readonly status: number
  readonly body: object
  /** Where Signpost answers differently, and why. */
  readonly here?: { readonly status: number; readonly body: object; readonly why: string }
}

const strangeKey = encodeBase64(Buffer.alloc(32, 77))
const email = (address: string) => ({ query: { medium: 'email', address } })

const catalogue = 'Errors carry the codes of the specification.'

export const recordedOfSydent: readonly Recorded[] = [
  { method: 'GET', path: '/api/v1', about: 'is it there?', status: 200, body: {} },
  { method: 'GET', path: '/v2', about: 'is it there?', status: 200, body: {} },
  {
    method: 'GET',
    path: '/api/v1/lookup',
    about: 'a known address',
    request: email('plain@example.org'),
    status: 200,
    body: {
      medium: 'email',
      address: 'plain@example.org',
      mxid: '@plain:example.org',
      ts: 1_600_000_000_001,
    },
  },
  {
    method: 'GET',
    path: '/api/v1/lookup',
    about: 'an unknown address',
    request: email('stranger@example.org'),
    status: 200,
    body: {},
  },
  {
    method: 'POST',
    path: '/api/v1/bulk_lookup',
    about: 'two addresses, one known',
    request: {
      json: {
        threepids: [
          ['email', 'plain@example.org'],
          ['email', 'stranger@example.org'],
        ],
      },
    },
    status: 200,
    body: { threepids: [['email', 'plain@example.org', '@plain:example.org']] },
  },
  {
    method: 'GET',
    path: '/api/v1/pubkey/ed25519:0',
    about: 'its key',
    status: 200,
    body: { public_key: sydentKey.publicKey },
  },
  {
    method: 'GET',
    path: '/v2/pubkey/isvalid',
    about: 'its key is valid',
    request: { query: { public_key: sydentKey.publicKey } },
    status: 200,
    body: { valid: true },
  },
  {
    method: 'GET',
    path: '/v2/pubkey/isvalid',
    about: 'another key is not',
    request: { query: { public_key: strangeKey } },
    status: 200,
    body: { valid: false },
  },
  {
    method: 'GET',
    path: '/api/v1/pubkey/ephemeral/isvalid',
    about: 'a key that it mailed',
    request: { query: { public_key: mailedPublicKey } },
    status: 200,
    body: { valid: true },
  },
  {
    method: 'GET',
    path: '/api/v1/pubkey/ephemeral/isvalid',
    about: 'a key that it did not mail',
    request: { query: { public_key: strangeKey } },
    status: 200,
    body: { valid: false },
  },
  {
    method: 'GET',
    path: '/v2/account',
    about: 'who has a token',
    request: { token: sydentToken },
    status: 200,
    body: { user_id: '@alice:example.org' },
  },
  {
    method: 'GET',
    path: '/v2/account',
    about: 'a token of nobody',
    request: { token: 'unknown' },
    status: 401,
    body: { errcode: 'M_UNAUTHORIZED' },
  },
  {
    method: 'GET',
    path: '/v2/hash_details',
    about: 'by the query token of Synapse',
    request: { query: { access_token: sydentToken } },
    status: 200,
    body: { algorithms: ['none', 'sha256'] },
    here: {
      status: 200,
      body: { algorithms: ['sha256', 'none'] },
      why: 'The algorithms come in another order.',
    },
  },
  {
    method: 'POST',
    path: '/v2/lookup',
    about: 'a wrong pepper',
    request: { token: sydentToken, json: { algorithm: 'sha256', pepper: 'wrong', addresses: [] } },
    status: 400,
    body: { errcode: 'M_INVALID_PEPPER' },
  },
  { method: 'GET', path: '/v2/terms', about: 'no terms', status: 200, body: { policies: {} } },
]

export const recordedOfMa1sd: readonly Recorded[] = [
  { method: 'GET', path: '/api/v1', about: 'is it there?', status: 200, body: {} },
  {
    method: 'GET',
    path: '/api/v1/lookup',
    about: 'somebody of the SQL store',
    request: email('anna@example.org'),
    status: 200,
    body: { medium: 'email', address: 'anna@example.org', mxid: '@anna:example.org' },
  },
  {
    method: 'GET',
    path: '/api/v1/lookup',
    about: 'an address with a plus',
    request: email('p+tag@example.org'),
    status: 200,
    body: {},
    here: {
      status: 200,
      body: { mxid: '@tag:example.org' },
      why: 'Addresses with a plus are found; ma1sd decoded them twice.',
    },
  },
  {
    method: 'GET',
    path: '/api/v1/lookup',
    about: 'a stranger',
    request: email('stranger@example.org'),
    status: 200,
    body: {},
  },
  {
    method: 'POST',
    path: '/api/v1/bulk_lookup',
    about: 'two people of the SQL store',
    request: {
      json: {
        threepids: [
          ['email', 'anna@example.org'],
          ['email', 'bert@example.org'],
        ],
      },
    },
    status: 200,
    body: { threepids: [] },
    here: {
      status: 200,
      body: {
        threepids: [
          ['email', 'anna@example.org', '@anna:example.org'],
          ['email', 'bert@example.org', '@bert:example.org'],
        ],
      },
      why: 'Bulk lookups ask every backend; those of ma1sd left SQL out.',
    },
  },
  {
    method: 'GET',
    path: `/api/v1/pubkey/${currentKey.id}`,
    about: 'its key',
    status: 200,
    body: { public_key: currentKey.publicKey },
  },
  {
    method: 'GET',
    path: '/v2/pubkey/ed25519:0',
    about: 'its former key',
    status: 200,
    body: { public_key: formerKey.publicKey },
  },
  {
    method: 'GET',
    path: '/api/v1/pubkey/ed25519:none',
    about: 'a key that it never had',
    status: 404,
    body: { errcode: 'M_NOT_FOUND' },
  },
  {
    method: 'GET',
    path: '/api/v1/pubkey/isvalid',
    about: 'its key is valid',
    request: { query: { public_key: currentKey.publicKey } },
    status: 200,
    body: { valid: true },
  },
  {
    method: 'GET',
    path: '/v2/account',
    about: 'who has a token',
    request: { token: ma1sdToken },
    status: 200,
    body: { user_id: '@alice:example.org' },
  },
  {
    method: 'GET',
    path: '/v2/account',
    about: 'a token of nobody',
    request: { token: 'unknown' },
    status: 401,
    body: { errcode: 'M_UNAUTHORIZED' },
  },
  {
    method: 'GET',
    path: '/v2/account/logout',
    about: 'logging out as the specification does not have it',
    request: { token: 'unknown' },
    status: 401,
    body: { errcode: 'M_UNAUTHORIZED' },
    here: {
      status: 405,
      body: { errcode: 'M_UNRECOGNIZED' },
      why: 'Logging out is a POST, as the specification says.',
    },
  },
  {
    method: 'GET',
    path: '/api/v1/3pid/getValidated3pid',
    about: 'a validation that is not there',
    request: { query: { sid: 'none', client_secret: 'none' } },
    status: 404,
    body: { errcode: 'M_NO_VALID_SESSION' },
  },
  {
    method: 'GET',
    path: '/api/v1/pubkey/isvalid',
    about: 'no key at all',
    status: 500,
    body: { errcode: 'M_UNKNOWN' },
    here: { status: 400, body: { errcode: 'M_MISSING_PARAMS' }, why: catalogue },
  },
  {
    method: 'GET',
    path: '/no/such/path',
    about: 'a path that nobody has',
    status: 405,
    body: {},
    here: { status: 404, body: { errcode: 'M_UNRECOGNIZED' }, why: catalogue },
  },
]
