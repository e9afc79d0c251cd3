import { z } from 'zod'
import { isLoopback } from '../loopback.ts'
import { duration, key, secret } from '../types.ts'

/** Where browsers are sent with a code: nobody on the way may read it. */
const redirectUri = () =>
  z.url({ protocol: /^https?$/ }).refine(
    (text) => {
      const { protocol, hostname, hash } = new URL(text)
      return hash === '' && !text.endsWith('#') && (protocol === 'https:' || isLoopback(hostname))
    },
    { error: 'Write a whole https:// URL without #; http:// is for programs on this machine.' },
  )

const client = z.strictObject({
  id: key(z.string().regex(/^[\w.~-]{1,255}$/, 'Use letters, digits and . _ ~ - in the id of a client.'), {
    description: 'The `client_id` by which the client names itself.',
    example: 'matrix-authentication-service',
  }),
  name: key(z.string().min(1).max(60).nullable().default(null), {
    description: 'What the sign-in page calls the client. Empty: it names none.',
    example: 'Chat',
  }),
  secret: key(secret(), { description: 'The `client_secret` with which the client proves who it is.' }),
  secretBy: key(z.enum(['basic', 'post']).default('basic'), {
    description:
      'How the client sends its secret: in the header (`client_secret_basic`) or in the body (`client_secret_post`).',
  }),
  redirectUris: key(z.array(redirectUri()).min(1).max(20), {
    description: 'Where people may be sent back to, letter by letter.',
    example: ['https://auth.example.org/upstream/callback/01HFRQFT5QFMJFGF01P7JAV2ME'],
  }),
  signOutUris: key(z.array(redirectUri()).max(20).default([]), {
    description: 'Where people may be sent after they have signed out.',
  }),
})

/** The OpenID provider, with which Matrix Authentication Service signs people in. */
export const oidcSection = z.strictObject({
  enabled: key(z.boolean().default(false), {
    description:
      'Sign people in for Matrix Authentication Service with the passwords of the backends (OpenID Connect).',
  }),
  clients: key(z.array(client).max(50).default([]), {
    description: 'Who may have people signed in. "signpost snippet mas" prints both sides.',
  }),
  sessionLifetime: key(duration('1h'), {
    description: 'How long a browser may sign in again without the password. It ends with the browser, too.',
  }),
  rotateKeysEvery: key(duration('90d'), {
    description:
      'How often the key that signs ID tokens is replaced. The former one stays published for a day.',
  }),
})
