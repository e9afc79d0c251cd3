import { z } from 'zod'

/*
 * The signed lookup between two Signposts; `docs/federation.md` describes it for others. Both directions are JSON objects
 * signed as Matrix signs JSON (specification appendices, "Signing JSON") by the Matrix domain of the one who speaks.
 */

export const federationPath = '/_matrix/identity/unstable/org.signpost.federation'

/** How far the clocks of two servers may differ, and how long a nonce is remembered: milliseconds. */
export const WINDOW_MS = 5 * 60_000
/** Most hashes of one request. */
export const MAX_HASHES = 1_000

/** `GET .../hash_details`, without a token: the pepper alone tells nobody anything. */
export const hashDetailsSchema = z.object({
  lookup_pepper: z.string().min(1).max(255),
  algorithms: z.array(z.string()),
})

const signatures = z.record(z.string(), z.record(z.string(), z.string()))

/** `POST .../lookup`. */
export const lookupRequestSchema = z.object({
  /** Matrix domain of the asking server, which signs. */
  origin: z.string().min(1).max(255),
  /** The e-mail domain whose DNS record led here. */
  destination: z.string().min(1).max(255),
  /** Milliseconds since the epoch. */
  ts: z.int(),
  /** Random, never used twice; unpadded URL-safe base64 of 16 bytes or more. */
  nonce: z.string().regex(/^[A-Za-z0-9_-]{22,86}$/),
  algorithm: z.literal('sha256'),
  pepper: z.string().max(255),
  /** Lookup hashes as in the Identity Service API. */
  addresses: z.array(z.string().max(86)).max(MAX_HASHES),
  signatures,
})
export type LookupRequest = z.output<typeof lookupRequestSchema>

/** The answer. Hashes nobody has are absent. */
export const lookupAnswerSchema = z.object({
  /** Matrix domain of the answering server, which signs. */
  origin: z.string().min(1).max(255),
  /** The `origin` of the request. */
  destination: z.string(),
  /** The `nonce` of the request: ties the answer to it. */
  nonce: z.string(),
  ts: z.int(),
  mappings: z.record(z.string(), z.string()),
  signatures,
})
export type LookupAnswer = z.output<typeof lookupAnswerSchema>
