import type { texts as english } from '../en/settings.ts'
import type { Translation } from '../format-text.ts'

export const texts: Translation<typeof english> = {
  title: 'Einstellungen',
  description:
    'Alle Schlüssel von {file}. Die meisten haben eine Seite, die sie besser erklärt; hier sind alle beisammen.',
  search: 'Einstellungen durchsuchen',
  searchHint: 'Ein Wort aus dem Namen oder der Erklärung',
  nothingFound: 'Keine Einstellung passt',
  nothingFoundBody: 'Versuchen Sie ein anderes Wort oder einen Teil des Schlüsselnamens.',
  clearSearch: 'Suche leeren',
  fromFile: 'In der Datei gesetzt.',
  toDefault: 'Zurück zum Standard',
  takeBack: 'Diese Änderung zurücknehmen',
  example: 'Beispiel:',
  unsaved: { one: 'Eine Änderung ist nicht gespeichert', other: '{count} Änderungen sind nicht gespeichert' },
  why: 'Warum? (für die Liste der Änderungen)',
  save: 'Speichern',
  discard: 'Verwerfen',
  saved: 'Gespeichert.',
  savedBody: 'Es steht in der Liste der Änderungen und lässt sich dort zurücknehmen.',
  refusedTitle: 'Der letzte Neustart ist gescheitert; die vorigen Einstellungen gelten wieder',
  refusedKept: 'Was abgelehnt wurde, liegt in {file}.',
}
