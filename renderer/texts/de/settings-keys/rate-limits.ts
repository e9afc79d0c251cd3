import type { Texts } from '../../format-text.ts'

/** What is counted, by the name of the limit. */
const limits = {
  registerPerIp: 'Neue Konten von einer Adresse.',
  requestTokenPerIp: 'Von einer Adresse begonnene Bestätigungen.',
  requestTokenPerAccount: 'Von einer Person begonnene Bestätigungen.',
  requestTokenPerAddress: 'E-Mails oder SMS an eine Adresse.',
  submitTokenPerIp: 'Von einer Adresse gesendete Codes.',
  submitTokenPerAddress: 'Für eine Adresse versuchte Codes, über alle Bestätigungen hinweg.',
  lookupPerAccount: 'Von einer Person nachgeschlagene Adressen.',
  lookupPerHomeserver: 'Von allen Menschen eines anderen Homeservers zusammen nachgeschlagene Adressen.',
  v1LookupPerIp: 'Von einer Adresse über v1 nachgeschlagene Adressen.',
  federationPerIp: 'Signierte Anfragen anderer Signposts von einer Adresse.',
  federationKeysPerIp: 'Unbekannte Server, deren Schlüssel wegen einer Adresse geholt werden.',
  federationPerOrigin: 'Von einem anderen Signpost nachgeschlagene Adressen.',
  federationPerAccount: 'Adressen, für die wegen der Anfragen einer Person andere Server gefragt werden.',
  bindPerAccount: 'Anfragen einer Person, eine Adresse zuzuordnen oder die Zuordnung zu lösen.',
  unbindPerIp: 'Anfragen von einer Adresse, eine Zuordnung zu lösen.',
  storeInvitePerSender: 'Einladungen einer Person.',
  storeInvitePerHomeserver: 'Einladungen von einem Homeserver.',
  storeInvitePerDomain: 'Einladungen an Adressen einer E-Mail-Domain.',
  storeInvitePerAddress: 'Einladungen an eine Adresse.',
  v1StoreInvitePerIp: 'Einladungen über v1 von einer Adresse.',
  signPerIp: 'Anfragen an sign-ed25519 von einer Adresse.',
  pubkeyPerIp: 'Anfragen nach Schlüsseln von einer Adresse.',
  signInPerAccount: 'Gescheiterte Anmeldungen an einem Konto.',
  signInPerIp: 'Gescheiterte Anmeldungen von einer Adresse.',
  directoryPerAccount: 'Suchen einer Person nach Menschen.',
  commandsPerUser: 'Befehle, die eine Person dem Bot gibt.',
  signUpPerIp: 'Seiten und Versuche, mit einer Einladung ein Konto anzulegen, von einer Adresse.',
  invitePerAccount: 'Einladungen über eine Adresse, die eine Person den Homeserver senden lässt.',
  registrationPerIp: 'Fragen von einer Adresse, ob sich eine Adresse registrieren darf.',
  profilePerIp: 'Von einer Adresse erfragte Profile.',
  otherPerIp: 'Alle anderen Anfragen von einer Adresse.',
} as const

export const rateLimits: Texts = {
  'rateLimits.enabled': 'Schalten Sie alle Grenzen nur für Tests und Messungen aus.',
  ...Object.fromEntries(
    Object.entries(limits).flatMap(([name, what]) => [
      [`rateLimits.${name}.perMinute`, `${what} Auf Dauer, in einer Minute.`],
      [`rateLimits.${name}.burst`, `${what} So viele dürfen auf einmal kommen.`],
    ]),
  ),
}
