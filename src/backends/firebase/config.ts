import { z } from 'zod'
import { baseUrl, key, secret } from '../../config/types.ts'
import { backendSection, sync, timeout, uses } from '../section.ts'

const url = (description: string, defaultValue: string) =>
  key(baseUrl().default(defaultValue), { description, restart: true })

export const firebaseSection = backendSection(
  'firebase',
  'Users of Firebase Authentication, or of Google Cloud Identity Platform.',
  {
    credentials: key(secret(), {
      description:
        'The JSON key of a service account with the role "Firebase Authentication Viewer"; best as {file: PATH}.',
      restart: true,
      example: { file: 'firebase-key.json' },
    }),
    projectId: key(z.string().min(1).nullable().default(null), {
      description: 'The project whose users these are. Empty: the one of the service account.',
      restart: true,
    }),
    unverifiedEmails: key(z.boolean().default(false), {
      description:
        'Also believe e-mail addresses that their users have not confirmed. In most projects anybody can sign up with the address of somebody else.',
      restart: true,
    }),
    apiUrl: url('Where users are looked up.', 'https://identitytoolkit.googleapis.com'),
    tokenUrl: key(baseUrl().nullable().default(null), {
      description: 'Where the service account logs in. Empty: as its key says.',
      restart: true,
    }),
    certificatesUrl: url(
      'Where the public keys are (a JWK set) that ID tokens are checked with.',
      'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
    ),
    caFile: key(z.string().min(1).nullable().default(null), {
      description: 'PEM file of an authority of your own, for a proxy that opens TLS.',
      restart: true,
    }),
    uses: uses(['lookup', 'authentication', 'profile']),
    sync: sync(),
    timeout: timeout(),
  },
)

export type FirebaseConfig = z.output<typeof firebaseSection>
