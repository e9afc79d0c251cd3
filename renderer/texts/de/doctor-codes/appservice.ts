/** Application service and sign-up by invitation. */
export const appservice = {
  'title.sign-up': 'Kontoeröffnung mit einer Einladung',
  'cause.appservice-without-tokens': 'Die Registrierung wurde nie erzeugt.',
  'fix.appservice-without-tokens':
    'Erzeugen Sie sie und geben Sie sie dem Homeserver: signpost appservice registration --output signpost-appservice.yaml',
  'cause.appservice-not-registered':
    'Die Registrierung steht nicht in app_service_config_files der homeserver.yaml, enthält andere Tokens oder eine andere Kennung, oder Synapse wurde nicht neu gestartet.',
  'fix.appservice-not-registered':
    'Geben Sie die Registrierung neu aus, legen Sie sie dorthin, wo homeserver.yaml sie nennt, und starten Sie Synapse neu: signpost appservice registration',
  'cause.appservice-other-user':
    'appservice.senderLocalpart wurde geändert, oder asToken gehört jemand anderem.',
  'fix.appservice-other-user':
    'Geben Sie die Registrierung neu aus und starten Sie Synapse neu: signpost appservice registration',
  'cause.appservice-not-reached':
    'Die url der Registrierung führt anderswohin, oder etwas dazwischen lässt nichts durch.',
  'fix.appservice-not-reached':
    'Setzen Sie appservice.url auf Signpost, wie der Homeserver es erreicht, geben Sie die Registrierung neu aus und starten Sie Synapse neu.',
  'cause.appservice-refused':
    'Das hs_token der Registrierung ist nicht das aus signpost.yaml, oder unter ihrer url antwortet ein anderes Programm.',
  'fix.appservice-refused':
    'Geben Sie die Registrierung neu aus und starten Sie Synapse neu: signpost appservice registration',
  'cause.appservice-without-homeserver':
    'Der Homeserver läuft nicht, oder matrix.homeserverUrl nennt einen anderen Ort.',
  'fix.appservice-without-homeserver':
    'Starten Sie den Homeserver (systemctl status matrix-synapse) und prüfen Sie matrix.homeserverUrl.',
  'cause.sign-up-without-tokens':
    'signUp.adminToken ist nicht das Token eines Administrators, oder dessen Sitzung ist beendet; oder der Homeserver ist kein Synapse oder überlässt Konten dem Matrix Authentication Service.',
  'fix.sign-up-without-tokens':
    'Melden Sie sich am Homeserver als Administrator an und tragen Sie das Zugangstoken dieser Sitzung ein: signpost seal',
  'cause.sign-up-closed': 'Der Homeserver nimmt keine Registrierungstokens.',
  'fix.sign-up-closed':
    'Setzen Sie enable_registration: true und registration_requires_token: true in homeserver.yaml und starten Sie Synapse neu.',
  'cause.sign-up-open': 'Die Registrierung ist in homeserver.yaml offen.',
  'fix.sign-up-open':
    'Setzen Sie registration_requires_token: true in homeserver.yaml und starten Sie Synapse neu.',
  'cause.sign-up-wants-more':
    'Die Registrierung verlangt mehr als ein Token: ein Captcha, eine Adresse oder Bedingungen.',
  'fix.sign-up-wants-more':
    'Schalten Sie das in homeserver.yaml ab: Das Token bekommt nur die Person mit der Adresse.',
  'cause.sign-up-without-homeserver':
    'Der Homeserver läuft nicht, oder matrix.homeserverUrl nennt einen anderen Ort.',
  'fix.sign-up-without-homeserver':
    'Starten Sie den Homeserver (systemctl status matrix-synapse) und prüfen Sie matrix.homeserverUrl.',
} as const
