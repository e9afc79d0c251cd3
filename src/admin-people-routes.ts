import type { Contract } from './admin/api/route.ts'
import type { Handlers } from './admin/api/serve.ts'
import { invitationsContract } from './admin/invitations/contract.ts'
import { createInvitationsHandlers, type InvitationsOptions } from './admin/invitations/handlers.ts'

export type PeopleRouteOptions = InvitationsOptions

type Serve = <C extends Contract>(contract: C, handlers: Handlers<C>) => void

/** What the console does with people outside: who was invited, who has bound what, whose servers are asked. */
export function addPeopleRoutes(serve: Serve, options: PeopleRouteOptions): void {
  serve(invitationsContract, createInvitationsHandlers(options))
}
