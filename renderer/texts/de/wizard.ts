import type { texts as english } from '../en/wizard.ts'
import type { Translation } from '../format-text.ts'

export const texts: Translation<typeof english> = {
  title: 'Signpost einrichten',
  steps: 'Schritte der Einrichtung',
  stepOf: 'Schritt {step} von {count}: {name}',
  progress: 'Fortschritt der Einrichtung',
  stepDone: '(erledigt)',
  stepStart: 'Beginn',
  stepDomain: 'Matrix-Domain',
  stepTls: 'TLS und Reverse-Proxy',
  stepBackends: 'Ihre Leute',
  stepMail: 'E-Mail und SMS',
  stepFederation: 'Föderation und Datenschutz',
  stepPolicies: 'Richtlinien',
  stepIntegrations: 'Hilfe im Chat',
  stepHomeserver: 'Homeserver verbinden',
  stepFinish: 'Prüfen und abschließen',
  leave: 'Verlassen; der Entwurf bleibt',
  back: 'Zurück',
  next: 'Weiter',
  goOnAnyway: 'Trotzdem weiter',
  notUsable: 'So kann es noch nicht verwendet werden',
  checking: 'Die Prüfung läuft. Sie dauert bis zu zehn Sekunden.',
  nothingToSay: 'Es gab noch nichts zu prüfen.',
  lookAgain: 'Noch einmal nachsehen',
  startLead:
    'Zehn kurze Schritte. Vor dem letzten gilt noch nichts, Sie können jederzeit zurück, und Ihre Eingaben bleiben erhalten.',
  way: 'Wie möchten Sie beginnen?',
  wayNew: 'Neu',
  wayNewWhat: 'Es gibt noch keinen Identitätsserver.',
  wayTakeOver: 'mxisd, ma1sd oder Sydent ablösen',
  wayTakeOverWhat: 'Schlüssel, Daten und Einstellungen kommen mit, Einladungen bleiben gültig.',
  wayRestore: 'Eine Sicherung zurückspielen',
  wayRestoreWhat: 'Von einem Signpost, das hier oder anderswo lief.',
  wayDemo: 'Die Demo ausprobieren',
  wayDemoWhat: 'Eine erfundene Organisation mit eigenem Homeserver; von Ihnen wird nichts angerührt.',
  demoHint: 'Die Demo läuft neben diesem Signpost, auf eigenen Ports, und hinterlässt nichts:',
  forYou: 'Ist das etwas für Sie?',
  forYouWhat: 'Drei Fragen, falls Sie unsicher sind. Die ehrliche Antwort kann Nein sein.',
  yes: 'Ja',
  no: 'Nein',
  askOwnHomeserver: 'Betreiben Sie einen Matrix-Homeserver oder entscheiden Sie über seine Einstellungen?',
  askByAddress:
    'Sollen Leute einander über E-Mail-Adresse oder Telefonnummer finden oder per E-Mail-Adresse eingeladen werden?',
  askRightClients:
    'Nutzen Ihre Leute Element Web oder Desktop oder einen anderen Client mit Identitätsservern?',
  forYouYes: 'Dann ist Signpost etwas für Sie.',
  forYouNo: 'Wahrscheinlich nicht',
  noOwnHomeserver:
    'Ein Identitätsserver nützt nur, wenn der Homeserver und seine Clients ihn kennen. Fragen Sie, wer Ihren Homeserver betreibt; Konten bei matrix.org haben bereits einen.',
  noByAddress:
    'Dann brauchen Sie gar keinen Identitätsserver: Matrix funktioniert ohne. Lassen Sie m.identity_server in /.well-known/matrix/client weg und schalten Sie die Fragen danach in Element ab:',
  noRightClients:
    'Element X fragt keinen Identitätsserver. Seinen Nutzern helfen nur die Personensuche und die Anmeldung mit einer Adresse, die Signpost vor dem Homeserver beantwortet; dafür sind ein Verzeichnis und ein Reverse-Proxy nötig. Ohne diese nützt es ihnen nichts.',
  domainLead:
    'Zu welchem Homeserver Signpost gehört. Was darüber zu finden ist, wird in den späteren Schritten verwendet.',
  yourDomain: 'Ihre Matrix-Domain',
  domain: 'Matrix-Domain',
  domainWhat: 'Was hinter dem Doppelpunkt Ihrer Matrix-IDs steht: example.org bei @anna:example.org.',
  domainWrong: 'Schreiben Sie nur den Namen, etwa example.org, ohne https:// und ohne Pfad.',
  domainMissing: 'Geben Sie die Matrix-Domain ein. Ohne sie geht nichts.',
  domainUnknown:
    'Es wurde kein Homeserver gefunden. Sie können weitergehen und ihn später einrichten; bis dahin kann hier niemand ein Konto eröffnen.',
  homeserverUrl: 'Adresse des Homeservers (nur, wenn er nicht gefunden wird)',
  homeserverUrlWhat: 'So, wie dieser Rechner ihn erreicht, mit Client- und Föderations-API.',
  whatIsThere: 'Was es schon gibt',
  whatIsThereWhat: 'Gerade eben gefragt, von diesem Rechner aus.',
  looking: 'Gefragt werden DNS, die Website der Domain und der Homeserver.',
  wellKnown: 'Was Clients gesagt wird',
  wellKnownThere:
    'Sie werden zu {url} geschickt. Ein Identitätsserver ist noch nicht genannt; Schritt 8 zeigt, wie das geht.',
  wellKnownNames: 'Sie werden zu {url} geschickt und zum Identitätsserver {identity}.',
  wellKnownAbsent: 'https://{domain}/.well-known/matrix/client gibt es nicht.',
  wellKnownLater:
    'Schritt 8 zeigt die Datei, die dorthin gehört. Ohne sie fragen Clients keinen Identitätsserver.',
  wellKnownRepair:
    'Sehen Sie nach, was https://{domain}/.well-known/matrix/client antwortet, und bringen Sie es in Ordnung.',
  homeserverFound: 'Homeserver',
  homeserverAt: '{program}, unter {url}.',
  homeserverLocal: '{program}, auf diesem Rechner unter {url}.',
  homeserverUnnamed: 'Ein Homeserver, der nicht sagt, was er ist',
  signInByMas: 'Angemeldet wird sich über Matrix Authentication Service.',
  signInByItself: 'Angemeldet wird sich beim Homeserver selbst.',
  homeserverNone: 'Für {domain} antwortet kein Homeserver, weder unter dem Namen noch auf diesem Rechner.',
  homeserverNoneFix:
    'Prüfen Sie die Schreibweise. Steht der Homeserver woanders, geben Sie oben seine Adresse ein.',
  federationFound: 'Wie andere Server ihn erreichen',
  federationFix:
    'Signpost muss den Homeserver so erreichen, wie andere Server es tun, um zu wissen, wer jemand ist. Prüfen Sie /.well-known/matrix/server und das DNS von {domain}.',
  wellKnownReach: 'Prüfen Sie das DNS von {domain} und den Webserver dahinter.',
}
