import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'
import { discovery } from '../wizard/contract.ts'

/** `true`: as it would be with the wizard's draft. */
const ofDraft = z.strictObject({ draft: z.stringbool().default(false) })

const snippet = z.strictObject({
  /** Ready for a file. */
  text: z.string(),
  /** What to know before it is used, as sentences. */
  remarks: z.array(z.string()),
  /** Where such a file usually lies. */
  place: z.string(),
})

const verdict = z.strictObject({
  code: z.string(),
  severity: z.enum(['unusable', 'problem', 'warning']),
  detail: z.string(),
  fix: z.string(),
})

const certificate = z.strictObject({
  names: z.array(z.string()),
  issuer: z.string(),
  /** Milliseconds since the epoch. */
  notBefore: z.number(),
  notAfter: z.number(),
  fingerprint: z.string(),
})

const yamlFinding = z.strictObject({
  code: z.string(),
  severity: z.enum(['problem', 'warning', 'note']),
  path: z.string(),
  file: z.string().nullable(),
  line: z.number().nullable(),
  detail: z.string(),
  why: z.string(),
  fix: z.string().nullable(),
})

/** The name that the certificate has to be for. Left out: that of `server.publicUrl`. */
const judgedHost = z.string().min(1).max(255).optional()

export const gatewayContract = describeRoutes({
  'GET /api/gateway/proxy/{kind}': {
    summary: 'The site of a reverse proxy, with Signpost and the homeserver behind it.',
    access: 'session',
    params: z.strictObject({ kind: z.enum(['nginx', 'apache', 'caddy', 'haproxy', 'traefik', 'npm']) }),
    query: ofDraft,
    answer: snippet,
  },
  'GET /api/gateway/homeserver/{kind}': {
    summary: 'What to add to the configuration of a homeserver, of its authentication service, or to DNS.',
    access: 'session',
    params: z.strictObject({ kind: z.enum(['synapse', 'dendrite', 'conduit', 'mas', 'dns']) }),
    query: ofDraft.extend({ mas: z.stringbool().default(false) }),
    answer: snippet,
  },
  'GET /api/gateway/well-known/{which}': {
    summary: 'The document that the web site of the domain serves for clients or servers.',
    access: 'session',
    params: z.strictObject({ which: z.enum(['client', 'server']) }),
    query: ofDraft.extend({ clientUrl: z.url().optional() }),
    answer: snippet,
  },
  'GET /api/gateway/tls': {
    summary: 'The certificate of the public listener: what it is, what is wrong with it, when it is renewed.',
    access: 'session',
    answer: z.strictObject({
      mode: z.enum(['proxy', 'files', 'acme', 'selfSigned']),
      certificate: certificate.nullable(),
      verdicts: z.array(verdict),
      nextRenewal: z.number().nullable(),
      lastError: z
        .strictObject({
          code: z.string(),
          detail: z.string(),
          fix: z.string(),
          at: z.number(),
          nextAttempt: z.number().nullable(),
        })
        .nullable(),
      /** For mode `selfSigned`: the certificate that clients have to install. */
      authorityPem: z.string().nullable(),
      publicUrl: z.string(),
    }),
  },
  'POST /api/gateway/tls/renew': {
    summary:
      'Asks the certificate authority again at once, without waiting for the end of the rest. The answer comes first; see `GET /api/gateway/tls` for how it went.',
    access: 'session',
    answer: z.strictObject({}),
    changes: 'tls.renew',
  },
  'GET /api/gateway/homeserver': {
    summary:
      'What the homeserver and DNS say of the Matrix domain: addresses, kind, version, who signs people in.',
    access: 'session',
    answer: discovery,
  },
  'POST /api/gateway/tls/judge': {
    summary:
      'Verdicts on a certificate with its key, before it is used: files of this machine, or PEM texts.',
    access: 'session',
    body: z.union([
      z.strictObject({ certificateFile: z.string().min(1), keyFile: z.string().min(1), host: judgedHost }),
      z.strictObject({
        certificatePem: z.string().max(200_000),
        keyPem: z.string().max(50_000).optional(),
        host: judgedHost,
      }),
    ]),
    answer: z.strictObject({ certificate: certificate.nullable(), verdicts: z.array(verdict) }),
  },
  'POST /api/gateway/homeserver-yaml': {
    summary:
      'What in the configuration of a Synapse stands in the way, and the smallest change. Keeps nothing.',
    access: 'session',
    body: z.strictObject({
      files: z
        .array(z.strictObject({ name: z.string().min(1).max(255), text: z.string().max(1_000_000) }))
        .min(1)
        .max(20),
      draft: z.boolean().default(false),
    }),
    answer: z.strictObject({ findings: z.array(yamlFinding), diff: z.string() }),
  },
})
