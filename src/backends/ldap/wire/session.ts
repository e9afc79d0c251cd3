import type { Socket } from 'node:net'
import {
  AbandonRequest,
  BindRequest,
  MessageParser,
  PagedResultsControl,
  SearchEntry,
  SearchReference,
  SearchRequest,
  UnbindRequest,
  type Filter,
  type Message,
  type MessageResponse,
} from 'ldapts'
import type { Clock } from '../../../runtime.ts'
import type { BackendFailure } from '../../failure.ts'
import { readEntry, type LdapEntry } from '../entry.ts'
import { abortFailure } from './abort.ts'
import { createFramer, NotLdapError } from './framing.ts'
import { PasswordPolicyControl, type PolicyError } from './password-policy.ts'
import type { LdapResult } from './result-codes.ts'
import { brokenOff, closedFailure, notLdap } from './socket-failure.ts'

export interface SearchOrder {
  readonly base: string
  readonly scope: 'base' | 'sub'
  readonly filter: Filter
  readonly attributes: readonly string[]
  /** Entries at most; 0 or absent: as many as there are. */
  readonly sizeLimit?: number
  /** Asks for one page (RFC 2696); the cookie is that of the page before. */
  readonly page?: { readonly size: number; readonly cookie: Buffer | null }
}

/** What a search brought, also when it ended with an error. */
export interface SearchResult extends LdapResult {
  readonly entries: readonly LdapEntry[]
  /** Where the next page begins; null after the last one, and from servers without paging. */
  readonly cookie: Buffer | null
}

export interface BindResult extends LdapResult {
  readonly policy: PolicyError | null
}

/**
 * One connection to one server. Questions run beside each other. Every method rejects with BackendFailure when there is
 * no answer: `connect` (the connection is gone), `protocol`, or as `abortFailure` says.
 */
export interface LdapSession {
  /** For messages: `dc1.example.org:636`. */
  readonly server: string
  isOpen(): boolean
  /** When the server was last heard, on the clock of the process. */
  lastHeard(): number
  bind(dn: string, password: string, signal: AbortSignal): Promise<BindResult>
  search(order: SearchOrder, signal: AbortSignal): Promise<SearchResult>
  /** Ends the connection; questions under way fail. Harmless when repeated. */
  close(): void
  /** Ends the connection once no question is under way. */
  retire(): void
}

interface Question {
  readonly message: Message
  readonly entries: LdapEntry[]
  readonly resolve: (response: MessageResponse) => void
  readonly reject: (failure: BackendFailure) => void
}

/**
 * Speaks LDAP over a connected socket, with the messages of `ldapts`. Its client is not used: it reconnects without a
 * login, takes an empty page for the last one, and cannot be interrupted.
 */
export function createSession(socket: Socket, server: string, clock: Clock): LdapSession {
  const questions = new Map<string, Question>()
  let lastId = 0
  let heard = clock.now()
  let ended: BackendFailure | null = null
  let retiring = false

  const parser = new MessageParser()
  parser.on('message', receive)
  parser.on('error', (error) => end(notLdap(server, error)))
  const push = createFramer((message) => parser.read(message, questions))

  socket.on('data', (chunk: Buffer) => {
    heard = clock.now()
    try {
      push(chunk)
    } catch (error) {
      if (!(error instanceof NotLdapError)) throw error
      end(notLdap(server, error))
    }
  })
  socket.on('error', (error) => end(brokenOff(server, error)))
  socket.on('close', () => end(brokenOff(server)))
  if (socket.destroyed) end(brokenOff(server))

  function receive(response: MessageResponse): void {
    const id = String(response.messageId)
    const question = questions.get(id)
    // What we gave up may still be answered, and a notice of disconnection (id 0) is followed by the end itself.
    if (question === undefined) return
    if (response instanceof SearchEntry) question.entries.push(readEntry(response))
    // References lead to other servers, where our login need not be valid: they are left alone.
    else if (!(response instanceof SearchReference)) settle(id, () => question.resolve(response))
  }

  function settle(id: string, answer: () => void): void {
    questions.delete(id)
    answer()
    if (retiring && questions.size === 0) close()
  }

  function end(failure: BackendFailure): void {
    if (ended !== null) return
    ended = failure
    // After what was written, so that a farewell still leaves.
    socket.destroySoon()
    for (const [id, { reject }] of questions) settle(id, () => reject(failure))
  }

  function close(): void {
    if (ended !== null) return
    send(new UnbindRequest({ messageId: nextId() }))
    end(closedFailure(server))
  }

  function nextId(): number {
    lastId = lastId >= 2 ** 31 - 1 ? 1 : lastId + 1
    return lastId
  }

  function send(message: Message): void {
    socket.write(message.write())
  }

  function ask(
    message: Message,
    signal: AbortSignal,
  ): Promise<{ response: MessageResponse; entries: readonly LdapEntry[] }> {
    return new Promise((resolve, reject) => {
      if (ended !== null) return reject(ended)
      if (signal.aborted) return reject(abortFailure(signal, server))
      const id = String(message.messageId)
      const entries: LdapEntry[] = []
      const onAbort = () => {
        if (ended === null) send(new AbandonRequest({ messageId: nextId(), abandonId: message.messageId }))
        settle(id, () => reject(abortFailure(signal, server)))
      }
      signal.addEventListener('abort', onAbort)
      const forget = () => signal.removeEventListener('abort', onAbort)
      questions.set(id, {
        message,
        entries,
        resolve: (response) => {
          forget()
          resolve({ response, entries })
        },
        reject: (failure) => {
          forget()
          reject(failure)
        },
      })
      send(message)
    })
  }

  return {
    server,
    isOpen: () => ended === null && !retiring,
    lastHeard: () => heard,
    async bind(dn, password, signal) {
      const policy = new PasswordPolicyControl()
      const request = new BindRequest({ messageId: nextId(), dn, password, controls: [policy] })
      const { response } = await ask(request, signal)
      return { code: response.status, diagnostic: response.errorMessage, policy: policy.error }
    },
    async search({ base, scope, filter, attributes, sizeLimit = 0, page }, signal) {
      const controls =
        page === undefined
          ? []
          : [
              new PagedResultsControl({
                value: { size: page.size, ...(page.cookie && { cookie: page.cookie }) },
              }),
            ]
      const { response, entries } = await ask(
        new SearchRequest({
          messageId: nextId(),
          baseDN: base,
          scope,
          filter,
          attributes: [...attributes],
          sizeLimit,
          // The signal decides how long we wait; a limit in whole seconds on the other side adds nothing.
          timeLimit: 0,
          controls,
        }),
        signal,
      )
      const answered = response.controls?.find((control) => control instanceof PagedResultsControl)
      const cookie = answered?.value?.cookie
      return {
        code: response.status,
        diagnostic: response.errorMessage,
        entries,
        cookie: cookie === undefined || cookie.length === 0 ? null : cookie,
      }
    },
    close,
    retire() {
      retiring = true
      if (questions.size === 0) close()
    },
  }
}
