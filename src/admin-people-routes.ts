import type { Contract } from './admin/api/route.ts'
import type { Handlers } from './admin/api/serve.ts'
import { invitationsContract } from './admin/invitations/contract.ts'
import { createInvitationsHandlers, type InvitationsOptions } from './admin/invitations/handlers.ts'
import { inviteListsContract } from './admin/invite-lists/contract.ts'
import { createInviteListsHandlers, type InviteListsRouteOptions } from './admin/invite-lists/handlers.ts'
import type { Services } from './services.ts'

export interface PeopleRouteOptions extends InvitationsOptions, Omit<InviteListsRouteOptions, 'http'> {
  readonly services: () => Services
}

type Serve = <C extends Contract>(contract: C, handlers: Handlers<C>) => void

/** What the console does with people outside: who was invited, who has bound what, whose servers are asked. */
export function addPeopleRoutes(serve: Serve, options: PeopleRouteOptions): void {
  const http = () => options.services().http
  serve(invitationsContract, createInvitationsHandlers(options))
  serve(inviteListsContract, createInviteListsHandlers({ ...options, http }))
}
