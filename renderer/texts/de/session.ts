import type { texts as english } from '../en/session.ts'
import type { Translation } from '../format-text.ts'

export const texts: Translation<typeof english> = {
  signInTitle: 'Anmelden',
  signInWhat: 'an der Konsole dieses Identitätsservers',
  name: 'Name',
  password: 'Passwort',
  signIn: 'Anmelden',
  forgotten:
    'Passwort vergessen? Auf dem Rechner, auf dem Signpost läuft, erzeugt dies einen Link zum Setzen eines neuen:',
  claimTitle: 'Willkommen bei Signpost',
  claimWhat:
    'Wählen Sie Name und Passwort der ersten Administratorin oder des ersten Administrators. Der Link hierher gilt nur einmal.',
  claimHint:
    'Mindestens 10 Zeichen. Ein paar Wörter ohne Zusammenhang sind leicht zu merken und schwer zu erraten.',
  repeat: 'Passwort wiederholen',
  repeatDiffers: 'Die beiden Passwörter sind verschieden.',
  tooShort: 'Mindestens 10 Zeichen sind nötig.',
  nameMissing: 'Geben Sie einen Namen ein.',
  passwordMissing: 'Geben Sie das Passwort ein.',
  claim: 'Los geht’s',
  unclaimedTitle: 'Signpost wartet auf die erste Anmeldung',
  unclaimedWhat:
    'Beim Start gibt Signpost einen Link aus, mit dem das erste Administratorkonto entsteht. Auf dem Rechner, auf dem es läuft, lässt er sich erneut ausgeben:',
  resetTitle: 'Wählen Sie ein neues Passwort',
  resetWhat: 'Es gilt sofort, und alle offenen Sitzungen enden.',
  resetAction: 'Passwort setzen',
  linkTitle: 'Sie werden angemeldet',
  linkMissing: 'Diese Seite braucht den Link, den Signpost ausgegeben hat, mit allem hinter dem #.',
  toSignIn: 'Zur Anmeldung',
  confirmTitle: 'Geben Sie Ihr Passwort noch einmal ein',
  confirmWhat:
    'Was Sie vorhaben, lässt sich nicht leicht rückgängig machen. Nach zehn Minuten fragt Signpost erneut.',
  confirm: 'Fortfahren',
}
