import type { Contract } from './admin/api/route.ts'
import type { Handlers } from './admin/api/serve.ts'
import { associationsContract } from './admin/associations/contract.ts'
import { createAssociationsHandlers, type AssociationsOptions } from './admin/associations/handlers.ts'
import { federationContract } from './admin/federation/contract.ts'
import { createFederationHandlers, type FederationOptions } from './admin/federation/handlers.ts'
import { invitationsContract } from './admin/invitations/contract.ts'
import { createInvitationsHandlers, type InvitationsOptions } from './admin/invitations/handlers.ts'
import { inviteListsContract } from './admin/invite-lists/contract.ts'
import { createInviteListsHandlers, type InviteListsRouteOptions } from './admin/invite-lists/handlers.ts'
import { policiesContract } from './admin/policies/contract.ts'
import { createPoliciesHandlers } from './admin/policies/handlers.ts'
import type { Services } from './services.ts'

export interface PeopleRouteOptions
  extends InvitationsOptions, AssociationsOptions, FederationOptions, Omit<InviteListsRouteOptions, 'http'> {
  readonly services: () => Services
}

type Serve = <C extends Contract>(contract: C, handlers: Handlers<C>) => void

/** What the console does with people outside: who was invited, who has bound what, whose servers are asked. */
export function addPeopleRoutes(serve: Serve, options: PeopleRouteOptions): void {
  const http = () => options.services().http
  serve(invitationsContract, createInvitationsHandlers(options))
  serve(inviteListsContract, createInviteListsHandlers({ ...options, http }))
  serve(associationsContract, createAssociationsHandlers(options))
  serve(federationContract, createFederationHandlers(options))
  serve(policiesContract, createPoliciesHandlers(options))
}
