import type { texts as english } from '../en/doctor.ts'
import type { Translation } from '../format-text.ts'

export const texts: Translation<typeof english> = {
  title: 'Diagnose',
  description: 'Sieht sich die ganze Installation an und sagt, was nicht stimmt, warum, und was zu tun ist.',
  run: 'Alles untersuchen',
  runAgain: 'Noch einmal untersuchen',
  running: 'Die Untersuchung läuft. Sie dauert bis zu zehn Sekunden.',
  never: 'Noch nicht untersucht',
  neverBody:
    'Untersucht werden Einstellungen, Dateien, Datenbank, DNS, Zertifikate, Homeserver, E-Mail und mehr.',
  allWell: 'Alles in Ordnung',
  allWellBody: { one: 'Eine Prüfung bestanden.', other: '{count} Prüfungen bestanden.' },
  problems: { one: 'Ein Problem', other: '{count} Probleme' },
  warnings: { one: 'Ein Hinweis', other: '{count} Hinweise' },
  showAll: 'Auch zeigen, was in Ordnung ist oder nicht geprüft wurde',
  lookAgainAt: 'Noch einmal untersuchen: {area}',
  configuration: 'Einstellungen',
  storage: 'Datenverzeichnis und Datenbank',
  keys: 'Schlüssel',
  clock: 'Uhr',
  server: 'Server',
  publicUrl: 'Öffentliche Adresse und Reverse-Proxy',
  homeserver: 'Homeserver',
  backends: 'Verzeichnisse',
  notifications: 'E-Mail und SMS',
  federation: 'Föderation',
  deliveries: 'Zustellungen und Einladungen',
  updates: 'Aktualisierungen',
  bundle: 'Hilfspaket',
  bundleBody:
    'Was andere brauchen, um Ihnen zu helfen: Versionen, Einstellungen ohne Geheimnisse, die Ergebnisse der Diagnose, die letzten Zeilen des Protokolls. Adressen und Namen sind durch Platzhalter ersetzt. Sie sehen alles, bevor Sie es speichern; gesendet wird nichts.',
  bundleMake: 'Paket zusammenstellen',
  bundleMaking: 'Wird zusammengestellt',
  bundleSave: '{file} speichern',
}
