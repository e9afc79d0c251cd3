import type { texts as english } from '../en/errors.ts'
import type { Translation } from '../format-text.ts'

export const texts: Translation<typeof english> = {
  'not-found': 'Das gibt es nicht (mehr).',
  'unknown-route': 'Konsole und Server passen nicht zusammen. Laden Sie die Seite neu.',
  'wrong-method': 'Konsole und Server passen nicht zusammen. Laden Sie die Seite neu.',
  invalid: 'Einige der Eingaben können nicht verwendet werden.',
  'too-large': 'Das Gesendete ist zu groß.',
  'not-claimed': 'Dieses Signpost wurde noch nicht eingerichtet.',
  'already-claimed': 'Dieses Signpost hat bereits ein Administratorkonto. Melden Sie sich an.',
  'link-used': 'Der Link wurde bereits benutzt oder ist abgelaufen. Lassen Sie sich einen neuen ausgeben.',
  'signed-out': 'Sie sind abgemeldet. Melden Sie sich erneut an.',
  'wrong-password': 'Name oder Passwort stimmt nicht.',
  'weak-password': 'Das Passwort ist zu kurz oder zu verbreitet.',
  'confirm-password': 'Dafür ist Ihr Passwort noch einmal nötig.',
  'too-many-attempts': 'Zu viele Versuche. Warten Sie etwas vor dem nächsten.',
  'foreign-host':
    'Öffnen Sie diese Seite unter dem Namen localhost oder einem, den die Einstellung admin.hosts nennt.',
  'foreign-origin': 'Die Anfrage kam von einer fremden Seite und wurde abgelehnt.',
  conflict: 'Inzwischen hat sich etwas anderes geändert. Laden Sie die Seite neu.',
  'config-invalid': 'So kann die Konfiguration nicht verwendet werden.',
  'not-possible': 'So, wie die Dinge stehen, geht das nicht.',
  unavailable: 'Etwas, das dafür nötig ist, antwortet nicht.',
  internal: 'In Signpost ist etwas schiefgegangen. Der Grund steht im Protokoll.',
  unreachable: 'Signpost ist nicht erreichbar.',
  timeout: 'Signpost hat zu lange nicht geantwortet.',
  'not-understood':
    'Die Antwort (Status {status}) kam nicht von Signpost. Vielleicht hat etwas dazwischen geantwortet.',
}
