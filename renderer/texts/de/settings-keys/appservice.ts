/** Application service, bot and sign-up by invitation. */
export const appservice = {
  'appservice.enabled': 'Application-Service des Homeservers sein: siehe „signpost appservice registration“.',
  'appservice.id':
    'Kennung der Registrierung; keine zwei Application-Services eines Homeservers dürfen dieselbe haben.',
  'appservice.url':
    'Signpost, wie der Homeserver es erreicht. Leer: server.listen auf demselben Rechner, sonst server.publicUrl.',
  'appservice.senderLocalpart':
    'Benutzername des Bots. Der Homeserver legt den Benutzer an; niemand sonst darf so heißen.',
  'appservice.asToken':
    'Was Signpost dem Homeserver zeigt (as_token der Registrierung). „signpost appservice registration“ erzeugt eines.',
  'appservice.hsToken':
    'Was der Homeserver Signpost zeigt (hs_token der Registrierung). „signpost appservice registration“ erzeugt eines.',
  'appservice.rejectExpired.enabled':
    'Einladungen im Namen der Eingeladenen ablehnen, wenn ihre Zeit vorbei ist, damit Räume sie nicht länger als offen zeigen.',
  'appservice.rejectExpired.localpart':
    'Benutzername, der sie ablehnt. Die Registrierung hält ihn für Signpost frei.',
  'appservice.invited.enabled':
    'Menschen aus dem Verzeichnis eine E-Mail schicken, die über ihre Matrix-ID eingeladen werden und sich noch nie angemeldet haben. Der Homeserver zeigt Signpost dann alle Ereignisse seiner Benutzer.',
  'appservice.invited.maxAge': 'Ältere Einladungen sind Vergangenheit, niemand bekommt eine E-Mail.',
  'appservice.bot.enabled':
    'Räumen beitreten, in die jemand den Application-Service einlädt, und dort Befehle beantworten.',
  'appservice.bot.roles': 'Rollen (Gruppen des Verzeichnisses), deren Menschen ihm Befehle geben dürfen.',
  'appservice.bot.users': 'Matrix-IDs, die ihm Befehle geben dürfen; * steht für beliebige Zeichen.',
  'appservice.bot.adminRoom':
    'Raum, in dem der Bot meldet, was gescheitert ist. Laden Sie den Bot zuerst dorthin ein. Leer: Er behält es für sich.',
  'appservice.bot.weeklySummary': 'Jede Woche im Raum der Administratoren zusammenfassen.',
  'signUp.enabled':
    'Einladungs-Mails enthalten einen Link, mit dem die eingeladene Person einmal ein Konto auf dem Homeserver anlegen kann.',
  'signUp.adminToken':
    'Zugangstoken eines Administrators des Homeservers, mit dem Registrierungstokens erzeugt werden (Synapse).',
  'signUp.roles':
    'Rollen (Gruppen des Verzeichnisses), deren Einladungen ein Konto geben. Leer, zusammen mit users: die Einladungen aller Benutzer des Homeservers.',
  'signUp.users': 'Matrix-IDs, deren Einladungen es tun; * steht für beliebige Zeichen.',
} as const
