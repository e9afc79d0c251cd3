import { createHash, randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import { federationPath } from '../../../src/federation/wire.ts'
import { signJson, signingKeyFromSeed } from '../../../src/matrix/signing.ts'
import { answerWith as reply, type Interference } from './recording-proxy.ts'

/*
 * What a man in the middle, or a Signpost that means harm, does in the place of the one that was asked. All of them let
 * the question for the pepper pass, so that it is the lookup that meets them.
 */

const lookupPath = `${federationPath}/lookup`
const forgedKey = signingKeyFromSeed('ed25519:0', randomBytes(32))
/** Nobody has seen its id, so that it is asked for. */
const ownKey = signingKeyFromSeed('ed25519:other', randomBytes(32))
const questionSchema = z.object({
  origin: z.string(),
  nonce: z.string(),
  pepper: z.string(),
  addresses: z.array(z.string()),
})
type Question = z.output<typeof questionSchema>
const answerSchema = z.looseObject({ origin: z.string(), signatures: z.unknown() })

/** Another Matrix ID than the one that was signed. */
export const altered = onLookup(async (pass, reply) => {
  const { answer } = await pass()
  reply(answer.replaceAll(/"@[^:"]+:/g, '"@mallory:'))
})

/** The right answer, signed with another key under the same id. */
export const forged = onLookup(async (pass, reply) => {
  const { signatures: _, ...answer } = answerSchema.parse(JSON.parse((await pass()).answer))
  reply(JSON.stringify(signJson(answer, answer.origin, forgedKey)))
})

/** The right answer at first, and from then on that one again. */
export function repeated(): Interference {
  let earlier: string | null = null
  return onLookup(async (pass, reply) => {
    earlier ??= (await pass()).answer
    reply(earlier)
  })
}

/** A Signpost with a key of its own, which says the same of every address that it is asked for. */
export function claiming(mxid: string): Interference {
  return ownSignpost(({ addresses }) => Object.fromEntries(addresses.map((hash) => [hash, mxid])))
}

/** A Signpost with a key of its own, which signs mappings of addresses that nobody asked, and of nothing else. */
export function unasked(mxid: string, ...addresses: readonly string[]): Interference {
  return ownSignpost(({ pepper }) => {
    const hashOf = (address: string) =>
      createHash('sha256').update(`${address} email ${pepper}`).digest('base64url')
    return Object.fromEntries(addresses.map((address) => [hashOf(address), mxid]))
  })
}

/** An answer without end. `ended` hears how many bytes went out when the other side had enough. */
export function endless(ended: (bytes: number) => void): Interference {
  return onPath(lookupPath, (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const page = Buffer.alloc(64 * 1024, ' ')
    let bytes = 0
    const pump = () => {
      if (response.destroyed) return
      bytes += page.length
      if (response.write(page)) setImmediate(pump)
    }
    response.on('drain', pump).once('close', () => ended(bytes))
    pump()
  })
}

/** An answer of which one byte comes at a time. */
export const dripping = onPath(lookupPath, (response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const timer = setInterval(() => response.write(' '), 50)
  response.once('close', () => clearInterval(timer))
})

/** Leads whoever asks to another URL, where the question would be repeated. */
export function redirecting(location: string): Interference {
  return onPath(lookupPath, (response) => void response.writeHead(307, { location }).end())
}

/** A server that knows nothing of this kind of lookup, as older identity servers. */
export const ignorant = onPath(federationPath, (response) => {
  response.writeHead(404, { 'content-type': 'application/json' }).end('{"errcode":"M_UNRECOGNIZED"}')
})
export const silent = onPath(lookupPath, () => {})
export const breaking = onPath(lookupPath, (response) => void response.destroy())
export const failing = onPath(lookupPath, (response) => void response.writeHead(500).end('<h1>Oops</h1>'))
export const talkative = onPath(
  lookupPath,
  (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'),
)

function onPath(path: string, answer: (response: ServerResponse) => void): Interference {
  return async (request, response, pass) => {
    if (request.url.startsWith(path)) return answer(response)
    reply(response, await pass())
  }
}

type Pass = Parameters<Interference>[2]

function onLookup(act: (pass: Pass, reply: (text: string) => void) => Promise<void>): Interference {
  return async (request, response, pass) => {
    if (request.url !== lookupPath) return reply(response, await pass())
    await act(pass, (answer) => reply(response, { status: 200, answer }))
  }
}

/** Publishes its own key and signs what it makes up. */
function ownSignpost(mappings: (question: Question) => Readonly<Record<string, string>>): Interference {
  return async (request, response, pass) => {
    if (request.url.endsWith(`/pubkey/${ownKey.id}`)) {
      return reply(response, { status: 200, answer: JSON.stringify({ public_key: ownKey.publicKey }) })
    }
    if (request.url !== lookupPath) return reply(response, await pass())
    const question = questionSchema.parse(JSON.parse(request.body))
    const { origin: destination, nonce } = question
    const answer = {
      origin: 'hs2.example.org',
      destination,
      nonce,
      ts: Date.now(),
      mappings: mappings(question),
    }
    reply(response, { status: 200, answer: JSON.stringify(signJson(answer, answer.origin, ownKey)) })
  }
}
