import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { legacyParameters, queryFields } from '../../http/parameters.ts'
import { parseServerName, parseUserId } from '../../matrix/identifiers.ts'
import { canonicalAddress, isMedium, type ThreePid } from '../../matrix/threepid.ts'

/** Whom a refused request was about, as far as it can be read. */
export interface Mentioned {
  readonly address: ThreePid | null
  readonly mxid: string | null
  readonly server: string | null
}

/** A long list of addresses is not looked through for the sake of a log. */
const MAX_BYTES = 16 * 1024

const text = z.string().max(500).optional().catch(undefined)
const shape = z.object({
  medium: text,
  address: text,
  email: text,
  phone_number: text,
  threepid: z.object({ medium: text, address: text }).optional().catch(undefined),
  mxid: text,
  sender: text,
  matrix_server_name: text,
  origin: text,
})

/** Never throws: the request was refused for a reason, and that may be that nobody can read it. */
export function mentionedIn(request: FastifyRequest): Mentioned {
  const given = shape.safeParse(fieldsOf(request)).data
  if (given === undefined) return { address: null, mxid: null, server: null }
  const { medium, address } = given.threepid ?? given
  const mxid = given.mxid ?? given.sender ?? ''
  const server = given.matrix_server_name ?? given.origin ?? ''
  return {
    address:
      addressOf(medium, address) ??
      addressOf('email', given.email) ??
      addressOf('msisdn', given.phone_number),
    mxid: parseUserId(mxid) === null ? null : mxid,
    server: parseServerName(server) === null ? null : server,
  }
}

function fieldsOf(request: FastifyRequest): unknown {
  const { body } = request
  try {
    if (!Buffer.isBuffer(body)) return queryFields(request)
    return body.length > MAX_BYTES ? {} : legacyParameters(request)
  } catch {
    return {}
  }
}

function addressOf(medium: string | undefined, address: string | undefined): ThreePid | null {
  if (!isMedium(medium) || address === undefined) return null
  const canonical = canonicalAddress(medium, address)
  return canonical === null ? null : { medium, address: canonical }
}
