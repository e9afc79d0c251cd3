import type { Texts } from '../format-text.ts'

/** The rules for odd rows of other identity servers, by their codes; the English is the server's. */
export const texts: Texts = {
  'two-spellings':
    'Schreibweisen einer Adresse, die sich nur in Groß- und Kleinbuchstaben unterscheiden, sind eine Adresse. Die neueste Verknüpfung zählt, die anderen bleiben weg.',
  superseded:
    'Eine Adresse, die mehr als einmal verknüpft wurde, gehört dem, mit dem sie zuletzt verknüpft wurde.',
  unbound:
    'Eine Adresse, die ihr Besitzer gelöst hat, bleibt gelöst, außer ein anderer Server hat sie später verknüpft.',
  'expired-association': 'Eine Verknüpfung, deren Zeit vorbei ist oder noch nicht begonnen hat, bleibt weg.',
  'domain-folding':
    'Sydent hat auch die Domain einer Adresse umgeformt (aus straße.de wurde strasse.de). Signpost behält die gespeicherte Domain in ihrer IDNA-Form: Nur Hashes dieser Form finden sie.',
  'invalid-address': 'Was keine Adresse ihrer Art ist, auch ohne Leerzeichen und „mailto:“, bleibt weg.',
  'odd-phone':
    'Eine Telefonnummer, deren Ländervorwahl oder Länge niemand kennt, bleibt als Ziffernfolge erhalten, denn nach ihr könnte gesucht werden.',
  'unknown-medium': 'Nur E-Mail-Adressen und Telefonnummern kommen mit.',
  'invalid-matrix-id': 'Eine Zeile ohne gültige Matrix-ID bleibt weg.',
  'missing-value': 'Eine Zeile, der etwas Unentbehrliches fehlt, bleibt weg.',
  'missing-time': 'Eine Zeile ohne Zeit gilt als die älteste.',
  'other-encoding':
    'Ein Text, der kein UTF-8 ist, lässt sich mit nichts vergleichen. Seine Zeile bleibt weg.',
  'already-newer': 'Was Signpost schon weiß, bleibt, wenn es neuer ist als die mitgebrachte Zeile.',
  'replaced-here': 'Was Signpost schon weiß, weicht einer mitgebrachten Zeile, die neuer ist.',
  'duplicate-token': 'Von zwei Zeilen mit einem Token zählt die neuere.',
  'key-missing':
    'Eine Einladung, deren eigener Schlüssel fehlt oder einer anderen gehört, bekommt einen neuen. Der Schlüssel stand in keiner Mail; wer eingeladen ist, wird über die Adresse gefunden.',
  'server-key-missing':
    'Eine Einladung, die mit einem Signierschlüssel gemacht wurde, der nicht im Speicher liegt, kommt mit, aber der Raum kann sie ablehnen.',
  'sent-undelivered':
    'Sydent vermerkt eine Einladung als verschickt, bevor sie zugestellt ist, und löscht sie danach. Eine, die noch da ist, wartet wieder und wird einmal zugestellt.',
  'sent-and-kept':
    'Ist delete_tokens_on_bind aus, weiß niemand, ob eine verschickte Einladung zugestellt wurde. Sie gilt als zugestellt; ihr Token bleibt gültig.',
  'not-published':
    'Eine Einladung, die nicht zugestellt werden konnte, wartet wieder und wird zugestellt, sobald ihre Adresse jemandem gehört.',
  'damaged-properties':
    'Eigenschaften, die kein JSON-Objekt sind, bleiben weg; die Einladung selbst kommt mit.',
  'expired-token':
    'Ein Zugangs-Token, dessen Zeit vorbei ist, bleibt weg; sein Client meldet sich selbst neu an.',
  'expired-session':
    'Eine Bestätigung, die vor mehr als 24 Stunden abgeschlossen wurde oder keine Zeit hat, bleibt weg.',
  'open-session':
    'Eine laufende Bestätigung bleibt weg: Codes entstehen neu. Wer mittendrin war, fordert einen neuen Code an.',
}
