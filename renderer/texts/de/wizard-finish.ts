import type { texts as english } from '../en/wizard-finish.ts'
import type { Translation } from '../format-text.ts'

export const texts: Translation<typeof english> = {
  finishLead: 'Was sich ändern wird. Noch ist nichts geändert.',
  summary: 'Einstellungen',
  summaryWhat: 'Sie gelten alle zusammen oder gar nicht. Die bisherigen werden aufgehoben.',
  nothingChanges:
    'Nichts weicht von den geltenden Einstellungen ab. Sie können den Server trotzdem neu starten.',
  asFile: 'Wie es in der Datei stehen wird',
  setting: 'Einstellung',
  before: 'Jetzt',
  after: 'Dann',
  byDefault: 'Standard',
  secret: 'ein Geheimnis, versiegelt aufgehoben',
  problems: 'Einiges kann noch nicht verwendet werden',
  goThere: 'Dorthin',
  whatHappens:
    'Signpost schreibt die Einstellungen und startet neu; das dauert einige Sekunden. Kann es damit nicht starten, kommen die bisherigen von selbst zurück, und dieser Entwurf bleibt erhalten.',
  apply: 'Übernehmen und neu starten',
  refused: 'Mit diesen Einstellungen konnte Signpost nicht starten',
  refusedWhat: 'Die bisherigen gelten wieder, und nichts ist verloren. Versucht wurde: {tried}.',
  waiting: 'Signpost startet neu',
  waitingWritten:
    'Die Einstellungen sind geschrieben. Gleich bricht die Verbindung ab; das ist so zu erwarten.',
  waitingAway: 'Signpost ist wie erwartet kurz weg. Diese Seite macht von selbst weiter.',
  waitingLong: 'Es dauert länger als sonst. Auf dem Rechner, auf dem Signpost läuft, sagt dies, warum:',
  waitingByHand:
    'Dieses Signpost kann sich nicht selbst neu starten. Starten Sie es von Hand neu; die Seite macht dann von selbst weiter.',
  done: 'Signpost ist eingerichtet',
  doneLead: 'Es läuft mit Ihren Einstellungen. Sehen Sie nun, ob jemand gefunden wird.',
  toConsole: 'Zur Konsole',
  again: 'Die Einrichtung noch einmal durchgehen',
  findPerson: 'Eine Person finden',
  findPersonWhat:
    'Eine echte Anfrage, wie ein Client sie stellt. Nehmen Sie eine Adresse aus Ihrem Verzeichnis.',
  address: 'E-Mail-Adresse oder Telefonnummer',
  find: 'Finden',
  found: 'Gefunden: {mxid}',
  notFound: 'Niemand wurde gefunden',
  notFoundWhat:
    'Unten steht, was alle Gefragten sagten. Ein eben hinzugefügtes Verzeichnis wird für Anfragen mit Hashes in wenigen Minuten eingelesen; eine Frage wie diese fragt es direkt.',
  publishedAddresses: 'Veröffentlichte Adressen',
  unknownThere: 'Dort nicht bekannt',
  notAsked: 'Nicht gefragt',
  leftToDo: 'Noch zu tun',
  leftToDoWhat:
    'Was Sie eingeschaltet haben, braucht auch anderswo etwas. Jede Seite hält es bereit, mit einer Prüfung.',
  lastChecks: 'Letzte Prüfungen',
  lastChecksWhat: 'Die Diagnose sieht sich die ganze Installation an.',
  checkAgain: 'Noch einmal prüfen',
  faults: {
    zero: 'Alles in Ordnung',
    one: 'Eine Sache braucht einen Blick',
    other: '{count} Sachen brauchen einen Blick',
  },
  passed: { one: 'Eine Prüfung bestanden.', other: '{count} Prüfungen bestanden.' },
  copyOf: '{source} (Kopie)',
  on: 'an',
  off: 'aus',
  failedThere: 'Keine brauchbare Antwort',
}
