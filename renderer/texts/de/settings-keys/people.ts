/** accounts, lookup, identityV1, validation, associations, invitations, terms, and what the homeserver asks for */
export const people = {
  'accounts.homeservers':
    'Homeserver, deren Menschen hier ein Konto eröffnen dürfen. Leer: die aller Homeserver.',
  'lookup.algorithms':
    'Wie Clients fragen dürfen. „sha256“ verlangt die Spezifikation; „none“ sendet Adressen im Klartext.',
  'lookup.maxAddresses': 'Wie viele Adressen eine Anfrage höchstens nachschlägt.',
  'lookup.pepper.rotateEvery': 'Wie oft der Pepper der Hashes wechselt.',
  'lookup.pepper.grace': 'Wie lange der vorige Pepper nach einem Wechsel noch antwortet.',
  'identityV1.enabled':
    'Die alte API ohne Anmeldung (v1) anbieten. Synapse braucht sie für die Bestätigung von Telefonnummern, Dendrite für Einladungen. Die öffentlichen Schlüssel werden auch ohne sie beantwortet.',
  'identityV1.allow': 'Adressen oder Netze, die v1 verwenden dürfen. Leer: alle.',
  'validation.enabled': 'Menschen nachweisen lassen, dass eine Adresse ihre ist.',
  'validation.sessionLifetime': 'Lebensdauer einer Bestätigung. Die Spezifikation sagt 24h.',
  'validation.maxAttempts': 'Nach so vielen falschen Codes wird eine Bestätigung geschlossen.',
  'validation.nextLinkOrigins':
    'Wohin jemand nach der Bestätigung weitergeleitet werden darf (next_link). Leer: jede https://-Adresse, die beim Beginn angegeben wurde.',
  'associations.bind': 'Menschen ihre bestätigten Adressen veröffentlichen lassen.',
  'associations.unbindNotification':
    'Wer eine Adresse besitzt, bekommt eine E-Mail, wenn sie nicht mehr veröffentlicht ist.',
  'associations.bindNotification':
    'Wer eine Adresse besitzt, bekommt eine E-Mail, wenn sie für eine Matrix-ID veröffentlicht wird.',
  'invitations.whenAlreadyBound':
    'Was mit einer Einladung an eine Adresse geschieht, die schon jemandem gehört. reject: M_THREEPID_IN_USE, wie die Spezifikation sagt (Synapse zeigt beim Einladen einen Fehler). deliver: annehmen und dieser Person sofort übergeben.',
  'invitations.expireAfter': 'Wann eine unbeantwortete Einladung aufgegeben wird.',
  'invitations.expireTo':
    'Eine Matrix-ID, an die abgelaufene Einladungen gehen, damit jemand sie ablehnt und die Räume sie nicht mehr als offen zeigen. Leer: niemand; ihre Schlüssel werden ungültig.',
  'invitations.resolveEvery': 'Wie oft wartende Einladungen neu nachgeschlagen werden.',
  'invitations.webClient':
    'Webclient, den die Links in Einladungen öffnen, wenn der Homeserver keinen anderen nennt.',
  'invitations.registerUrl': 'Seite, auf der sich Eingeladene registrieren können. Leer: der Webclient.',
  'invitations.fullDisplayName':
    'Räumen die ganze eingeladene Adresse statt einer gekürzten zeigen. Gibt die Adresse preis.',
  'invitations.maxPendingPerAddress': 'Wie viele Einladungen an eine Adresse höchstens warten.',
  'invitations.maxPendingPerSender': 'Wie viele Einladungen einer Person höchstens warten.',
  'invitations.maxPendingPerDomain':
    'Wie viele Einladungen an Adressen einer E-Mail-Domain höchstens warten.',
  'invitations.blocked.homeservers': 'Homeserver, deren Menschen nicht einladen dürfen.',
  'invitations.blocked.senders': 'Matrix-IDs, die nicht einladen dürfen.',
  'invitations.blocked.rooms': 'Raum-IDs, in die niemand eingeladen werden darf.',
  'invitations.blocked.domains': 'E-Mail-Domains, an die nie geschrieben wird.',
  'invitations.blocked.keywords':
    'Wörter, die in den Namen nicht vorkommen dürfen, die eine Einladung zeigt.',
  terms:
    'Bedingungen, denen Menschen zustimmen müssen, bevor sie den Identitätsserver verwenden, nach Kennung und Sprache.',
  'directory.enabled':
    'Die Suche nach Menschen in Matrix-Clients aus den Verzeichnissen beantworten, zusammen mit dem, was der Homeserver findet.',
  'directory.homeserver': 'Die Ergebnisse des Homeservers selbst hinzunehmen.',
  'directory.searchThreepids':
    'Menschen auch über E-Mail-Adresse und Telefonnummer finden. Die Ergebnisse zeigen sie nie.',
  'directory.exclude': 'Matrix-IDs, die keine Suche zeigt; * steht für beliebige Zeichen.',
  'directory.groups':
    'Gruppen von Menschen, die nicht alle finden dürfen. Wer zu keiner Gruppe gehört, wird von allen gefunden.',
  'authentication.enabled':
    'Menschen sich am Homeserver mit einer E-Mail-Adresse oder Telefonnummer aus einem Verzeichnis anmelden lassen.',
  'authentication.foldCase': 'Benutzernamen in Kleinbuchstaben weitergeben, wie Homeserver sie haben.',
  'authentication.rewrite': 'Benutzernamen, hinter denen eine Adresse steckt. Die erste passende Regel gilt.',
  'authentication.provider.enabled':
    'Passwörter für den Homeserver prüfen (/_matrix-internal/identity/v1/check_credentials).',
  'authentication.provider.allow': 'Adressen oder Netze, die fragen dürfen: der Homeserver.',
  'authentication.provider.secret':
    'Was der Homeserver mitsenden muss: das „secret“ des Moduls von Signpost. Leer: Die Adresse muss genügen.',
  'authentication.oidc.enabled':
    'Menschen für den Matrix Authentication Service mit den Passwörtern der Verzeichnisse anmelden (OpenID Connect).',
  'authentication.oidc.clients':
    'Wer Menschen anmelden lassen darf. „signpost snippet mas“ gibt beide Seiten aus.',
  'authentication.oidc.sessionLifetime':
    'Wie lange sich ein Browser ohne Passwort wieder anmelden darf. Es endet auch mit dem Browser.',
  'authentication.oidc.rotateKeysEvery':
    'Wie oft der Schlüssel ersetzt wird, der ID-Token signiert. Der vorige bleibt noch einen Tag veröffentlicht.',
  'registration.enabled':
    'Entscheiden, wer sich am Homeserver mit einer E-Mail-Adresse oder Telefonnummer registrieren darf.',
  'registration.invited': 'Adressen mit einer offenen Einladung dürfen sich registrieren.',
  'registration.members': 'Adressen, die ein Verzeichnis kennt, dürfen sich registrieren.',
  'registration.domains.allow':
    'E-Mail-Domains, die sich registrieren dürfen: example.org (diese selbst), .example.org (was darunter liegt), *example.org (beides).',
  'registration.domains.deny':
    'E-Mail-Domains, die sich nicht registrieren dürfen, in denselben Formen. Sie gehen vor dem, was erlaubt ist, aber nicht vor einer Einladung.',
  'registration.patterns.allow': 'Reguläre Ausdrücke (RE2) für ganze Adressen, die sich registrieren dürfen.',
  'registration.patterns.deny':
    'Reguläre Ausdrücke (RE2) für ganze Adressen, die es nicht dürfen. Sie gehen vor dem, was erlaubt ist, aber nicht vor einer Einladung.',
  'registration.others': 'Was mit allen anderen Adressen geschieht.',
  'profile.enabled': 'Die Profile, die der Homeserver zeigt, um das ergänzen, was die Verzeichnisse wissen.',
  'profile.displayName':
    'Der Name aus dem Verzeichnis: nie, für Menschen ohne Namen am Homeserver, oder anstelle von diesem.',
  'profile.threepids': 'Angemeldeten Menschen E-Mail-Adressen und Telefonnummern (threepids) zeigen.',
  'profile.roles': 'Angemeldeten Menschen Rollen (Gruppen des Verzeichnisses) zeigen.',
  'roomInvites.enabled':
    'Entscheiden, wer Menschen über E-Mail-Adresse oder Telefonnummer in Räume einladen darf.',
  'roomInvites.roles': 'Rollen (Gruppen des Verzeichnisses), deren Menschen es dürfen.',
  'roomInvites.users': 'Matrix-IDs, die es dürfen; * steht für beliebige Zeichen.',
} as const
