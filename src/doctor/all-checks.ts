import type { DoctorCheck } from './check.ts'
import { adminListener } from './checks/admin-listener.ts'
import { applicationService } from './checks/application-service.ts'
import { authenticationService } from './checks/authentication-service.ts'
import { authorities } from './checks/authorities.ts'
import { backends } from './checks/backends.ts'
import { backup } from './checks/backup.ts'
import { blocklist } from './checks/blocklist.ts'
import { certificate } from './checks/certificate.ts'
import { clock } from './checks/clock.ts'
import { configuration } from './checks/configuration.ts'
import { dataDirectory } from './checks/data-directory.ts'
import { database } from './checks/database.ts'
import { directorySearch } from './checks/directory-search.ts'
import { diskSpace } from './checks/disk-space.ts'
import { federationInbound } from './checks/federation-inbound.ts'
import { federationRecord } from './checks/federation-record.ts'
import { homeserverClient } from './checks/homeserver-client.ts'
import { homeserverFederation } from './checks/homeserver-federation.ts'
import { integrity } from './checks/integrity.ts'
import { intercepts } from './checks/intercepts.ts'
import { invitations } from './checks/invitations.ts'
import { mail } from './checks/mail.ts'
import { mirrors } from './checks/mirrors.ts'
import { update } from './checks/not-yet.ts'
import { openidProvider } from './checks/openid-provider.ts'
import { outbox } from './checks/outbox.ts'
import { ownCertificate } from './checks/own-certificate.ts'
import { passwordProvider } from './checks/password-provider.ts'
import { pepper } from './checks/pepper.ts'
import { proxyBodies } from './checks/proxy-bodies.ts'
import { proxyHeaders } from './checks/proxy-headers.ts'
import { proxyMethods } from './checks/proxy-methods.ts'
import { proxyPaths } from './checks/proxy-paths.ts'
import { publicName } from './checks/public-name.ts'
import { publicPort } from './checks/public-port.ts'
import { publicUrl } from './checks/public-url.ts'
import { routes } from './checks/routes.ts'
import { sealingKey } from './checks/sealing-key.ts'
import { secrets } from './checks/secrets.ts'
import { server } from './checks/server.ts'
import { signUp } from './checks/sign-up.ts'
import { signingKeys } from './checks/signing-keys.ts'
import { sms } from './checks/sms.ts'
import { wellKnown } from './checks/well-known.ts'

/** Everything that the doctor looks at, in the order of a report. */
export const allChecks: readonly DoctorCheck[] = [
  ...[configuration, secrets, authorities],
  ...[dataDirectory, diskSpace, database, integrity, backup],
  ...[signingKeys, sealingKey, pepper],
  clock,
  ...[server, adminListener],
  ...[publicName, publicPort, certificate, ownCertificate, publicUrl],
  ...[proxyPaths, proxyHeaders, proxyMethods, proxyBodies, routes],
  ...[
    homeserverClient,
    homeserverFederation,
    blocklist,
    wellKnown,
    authenticationService,
    intercepts,
    passwordProvider,
    openidProvider,
    applicationService,
    signUp,
  ],
  ...[backends, mirrors, directorySearch],
  ...[mail, sms],
  ...[federationRecord, federationInbound],
  ...[outbox, invitations],
  update,
]
