import type { texts as english } from '../en/security.ts'
import type { Translation } from '../format-text.ts'

export const texts: Translation<typeof english> = {
  title: 'Sicherheit & Schlüssel',
  description: 'Wer hineinkommt, und die Schlüssel, mit denen Signpost signiert, hasht und versiegelt.',
  sessions: 'Wo Sie angemeldet sind',
  sessionsBody: 'Jeder Browser, in dem das Passwort eingegeben wurde. Beenden Sie, was Sie nicht kennen.',
  browser: 'Browser',
  address: 'Von',
  seen: 'Zuletzt gesehen',
  here: 'Dieser Browser',
  end: 'Abmelden',
  endOf: '{browser} abmelden',
  endOthers: 'Überall sonst abmelden',
  unknownBrowser: 'Unbekanntes Programm',
  password: 'Passwort',
  passwordBody: 'Ein neues Passwort meldet alle anderen Browser ab.',
  changePassword: 'Passwort ändern',
  passwordChanged: 'Das Passwort ist geändert; alle anderen Browser sind abgemeldet.',
  forgotten: 'Falls es verloren geht: signpost admin reset-password, auf diesem Rechner.',
  signing: 'Signaturschlüssel',
  signingBody:
    'Sie signieren Einladungen und Antworten an andere Server. Ihre öffentlichen Hälften stehen in Räumen, darum bleiben frühere Schlüssel gültig.',
  keyId: 'Schlüssel',
  publicKey: 'Öffentlicher Schlüssel',
  created: 'Erzeugt',
  state: 'Stand',
  signs: 'Signiert',
  retired: 'Gültig, signiert nicht mehr',
  rotate: 'Mit neuem Schlüssel signieren',
  rotateTitle: 'Ab jetzt mit einem neuen Schlüssel signieren?',
  rotateBody:
    'Tun Sie das, wenn die Schlüsseldatei kopiert worden sein könnte. Frühere Schlüssel bleiben gültig für das, was sie signiert haben; niemand muss etwas davon erfahren. Es lässt sich nicht zurücknehmen.',
  rotateAction: 'Neuen Schlüssel erzeugen',
  pepper: 'Pepper der gehashten Abfragen',
  pepperBody:
    'Damit hashen Programme Adressen, bevor sie fragen. Er wechselt von selbst, damit heute gesammelte Hashes morgen nichts nützen.',
  pepperMade: 'In Gebrauch seit',
  pepperNext: 'Nächster Wechsel',
  mappings: 'Hashes im Index',
  building: 'Wird aufgebaut',
  rotatePepper: 'Jetzt wechseln',
  rotatingPepper: 'Der Index wird aufgebaut',
  sealing: 'Geheimnisse in den Einstellungen',
  sealingFile:
    'Sie sind mit dem Schlüssel in sealing.key im Datenverzeichnis versiegelt, den nur der Benutzer von Signpost lesen kann. Auch eine Sicherung enthält ihn.',
  sealingKeychain: 'Sie sind mit einem Schlüssel versiegelt, der im Schlüsselbund dieses Rechners liegt.',
}
