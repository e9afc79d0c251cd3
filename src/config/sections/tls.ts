import { z } from 'zod'
import { key, port, secret } from '../types.ts'

const acme = z.strictObject({
  domains: key(z.array(z.string()).default([]), {
    description: 'Names that the certificate is for. Empty: the host of server.publicUrl.',
    example: ['matrix.example.org'],
  }),
  agreeToTerms: key(z.boolean().default(false), {
    description:
      "Say true to agree to the certification authority's terms of service, without which it issues nothing.",
  }),
  email: key(z.string().nullable().default(null), {
    description: 'Where the authority may write when something is wrong with the certificate.',
    example: 'admin@example.org',
  }),
  directory: key(z.url({ protocol: /^https$/ }).default('https://acme-v02.api.letsencrypt.org/directory'), {
    description: 'Directory URL of the certification authority (RFC 8555).',
  }),
  stagingDirectory: key(
    z
      .url({ protocol: /^https$/ })
      .nullable()
      .default(null),
    {
      description:
        "Directory that has to issue once before `directory` is asked, so that mistakes do not use up its limits. Empty: the staging environment of Let's Encrypt when `directory` is theirs, none otherwise.",
    },
  ),
  challenge: key(z.enum(['http-01', 'tls-alpn-01']).default('http-01'), {
    description:
      'How the authority checks that the names lead here. http-01: a file on port 80. tls-alpn-01: a connection to port 443 that reaches the public listener.',
  }),
  httpPort: key(port().min(1).nullable().default(80), {
    description:
      'Port that answers http-01, open only while a certificate is issued. Empty: none; something in front passes /.well-known/acme-challenge/ on to the public listener.',
  }),
  caFile: key(z.string().nullable().default(null), {
    description: 'PEM file with the authority that signs the ACME server itself, for a private one.',
  }),
  eab: z
    .strictObject({
      keyId: key(z.string().nullable().default(null), {
        description:
          'Key id of the external account, where the authority wants one (ZeroSSL, Google, Sectigo).',
      }),
      hmacKey: key(secret().nullable().default(null), {
        description: 'HMAC key of the external account, as the authority shows it (base64url).',
      }),
    })
    .prefault({}),
})

/** HTTPS of the public listener. */
export const tlsSection = z.strictObject({
  mode: key(z.enum(['proxy', 'files', 'acme', 'selfSigned']).default('proxy'), {
    description:
      "proxy: plain HTTP behind a reverse proxy. files: HTTPS with the certificate below. acme: a certificate from Let's Encrypt or another ACME server, renewed by itself. selfSigned: a certificate from an authority of Signpost's own, for private networks.",
    restart: true,
  }),
  certificate: key(z.string().nullable().default(null), {
    description:
      'PEM file with the certificate chain, for mode `files`. A renewed file is taken over within seconds.',
    example: '/etc/letsencrypt/live/matrix.example.org/fullchain.pem',
  }),
  privateKey: key(z.string().nullable().default(null), {
    description: 'PEM file with the private key, for mode `files`.',
    example: '/etc/letsencrypt/live/matrix.example.org/privkey.pem',
  }),
  acme: acme.prefault({}),
  selfSigned: z
    .strictObject({
      names: key(z.array(z.string()).default([]), {
        description:
          'Names and IP addresses that the certificate is for. Empty: the host of server.publicUrl, the address of server.listen, and this machine itself.',
        example: ['signpost.lan', '192.168.1.5'],
      }),
    })
    .prefault({}),
})
