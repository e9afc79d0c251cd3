/** notifications, federation */
export const connections = {
  'notifications.email.transport':
    'smtp, sendgrid, log (E-Mails bleiben im Datenverzeichnis, nichts wird gesendet) oder none (wird abgelehnt).',
  'notifications.email.from': 'Absender, mit oder ohne Namen. Leer: noreply an der Matrix-Domain.',
  'notifications.email.smtp.host': 'Mailserver.',
  'notifications.email.smtp.port':
    'Leer: 465 bei durchgehendem TLS, sonst 587; 25 für einen Server auf dieser Maschine.',
  'notifications.email.smtp.security':
    'auto: durchgehendes TLS auf Port 465, sonst STARTTLS, wo es angeboten wird. implicit: TLS vom ersten Byte an. starttls: wird verlangt. none: unverschlüsselt.',
  'notifications.email.smtp.user': 'Anmeldename; leer: keine Anmeldung.',
  'notifications.email.smtp.password': 'Passwort der Anmeldung.',
  'notifications.email.smtp.caFile': 'PEM-Datei einer privaten Zertifizierungsstelle für den Mailserver.',
  'notifications.email.smtp.verifyCertificate': 'Das Zertifikat des Mailservers prüfen.',
  'notifications.email.smtp.heloName': 'Name, der in EHLO genannt wird; leer: die Matrix-Domain.',
  'notifications.email.sendgrid.apiKey': 'API-Schlüssel mit der Berechtigung „Mail Send“.',
  'notifications.email.sendgrid.url': 'Basisadresse der API.',
  'notifications.email.templates':
    'Ordner mit Ihren eigenen Vorlagen, ein Unterordner je Sprache; was dort fehlt, kommt von Signpost. Siehe docs/templates.md.',
  'notifications.email.language': 'Sprache von E-Mails und Seiten, wenn nichts anderes gewünscht wird.',
  'notifications.email.placeholders': 'Eigene Werte für die Vorlagen.',
  'notifications.sms.transport': 'Wie SMS gesendet werden. „log“ hebt sie im Datenverzeichnis auf.',
  'notifications.sms.allowCountries':
    'Länder (zwei Buchstaben), in die SMS gesendet werden. Leer: alle außer den ausgeschlossenen.',
  'notifications.sms.denyCountries': 'Länder (zwei Buchstaben), in die nichts gesendet wird.',
  'notifications.sms.dailyLimit': 'Wie viele SMS in 24 Stunden höchstens, gegen Gebührenbetrug.',
  'notifications.sms.twilio.accountSid': 'Account SID.',
  'notifications.sms.twilio.authToken': 'Auth Token.',
  'notifications.sms.twilio.from': 'Sendende Nummer (+49...), Absendername oder SID des Messaging Service.',
  'notifications.sms.twilio.url': 'Basisadresse der API.',
  'notifications.sms.http.method': 'Methode der Anfrage.',
  'notifications.sms.http.url': 'Adresse; {to}, {text} und {from} werden ersetzt, für eine URL kodiert.',
  'notifications.sms.http.headers': 'Kopfzeilen der Anfrage; Werte dürfen Geheimnisse sein.',
  'notifications.sms.http.body':
    'Inhalt; {to}, {text} und {from} werden ersetzt, passend zum Content-Type kodiert (JSON oder Formular).',
  'notifications.sms.http.contentType': 'Content-Type des Inhalts.',
  'notifications.sms.http.from': 'Wert von {from}.',
  'notifications.sms.http.success': 'Status, der „angenommen“ bedeutet: 2xx, oder Zahlen wie 200,202.',
  'notifications.giveUpAfter': 'Wie lange eine nicht zugestellte E-Mail oder SMS immer wieder versucht wird.',
  'federation.outbound.enabled':
    'Den Identitätsserver der Domain einer E-Mail-Adresse fragen, gefunden über ihren DNS-Eintrag _matrix-identity._tcp. Adressen verlassen diese Maschine als Hashes, und nur zu dieser Domain.',
  'federation.outbound.plain':
    'Auch Server fragen, die nur die alte API kennen (mxisd, ma1sd, Sydent); sie bekommen ganze Adressen ihrer eigenen Domain.',
  'federation.outbound.allow': 'E-Mail-Domains, die gefragt werden. Leer: alle außer den ausgeschlossenen.',
  'federation.outbound.deny': 'E-Mail-Domains, die nie gefragt werden.',
  'federation.outbound.timeout':
    'Längste Wartezeit auf eine Domain, einschließlich der Suche nach ihrem Server.',
  'federation.outbound.cache.found': 'Wie lange eine Antwort gemerkt wird.',
  'federation.outbound.cache.notFound': 'Wie lange gemerkt wird, dass niemand eine Adresse hat.',
  'federation.outbound.cache.unreachable':
    'Wie lange eine Domain ohne funktionierenden Identitätsserver in Ruhe gelassen wird.',
  'federation.outbound.cache.maxEntries': 'Wie viele Adressen höchstens gemerkt werden.',
  'federation.inbound.enabled':
    'Den Identitätsservern anderer Organisationen und Menschen anderer Homeserver antworten.',
  'federation.inbound.domains':
    'E-Mail-Domains, deren Adressen andere finden dürfen. Leer: alle, die hier bekannt sind.',
  'federation.inbound.backends':
    'Verzeichnisse, deren Menschen andere finden dürfen, nach Kennung. Leer: alle. Eine leere Liste: keine.',
  'federation.inbound.associations':
    'Andere die Adressen finden lassen, die ihre Besitzer hier veröffentlicht haben.',
  'federation.inbound.phones': 'Andere Telefonnummern finden lassen. Sie gehören zu keiner Domain.',
  'federation.recursion.accounts': 'Für die Menschen Ihres eigenen Homeservers andere Server fragen.',
  'federation.recursion.networks':
    'Adressen oder Netze, deren Anfragen ohne Konto (v1) Signpost andere Server fragen lassen dürfen, etwa das Ihres Homeservers.',
  'federation.account.userId':
    'Matrix-ID an Ihrem Homeserver, in deren Namen Signpost Konten bei anderen Identitätsservern eröffnet. Nötig für zentrale Server und für solche, die nur v2 sprechen.',
  'federation.account.accessToken':
    'Zugangstoken dieser Matrix-ID, oder das as_token des Application-Service, zu dem sie gehört.',
  'federation.central':
    'Identitätsserver, die zuletzt gefragt werden, welche Domain eine Adresse auch hat. Sie erfahren die Hashes aller Adressen, die sonst niemand kennt; Hashes von Telefonnummern lassen sich leicht umkehren. Aus, solange Sie keinen nennen.',
  'federation.bridges.url':
    'Bridge, die im Klartext nach Adressen gefragt wird, die niemand kennt: GET /_matrix/identity/api/v1/lookup, wie mxisd es tat.',
  'federation.bridges.mediums': 'Bridges für eine Art von Adresse; sie kommen vor url.',
} as const
