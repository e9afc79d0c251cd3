/** Faults of what Signpost works with: homeserver, directories, mail, text messages, federation, deliveries. */
export const surroundings = {
  'cause.homeserver-unreachable':
    'Der Homeserver läuft nicht, oder matrix.homeserverUrl nennt einen anderen Ort.',
  'fix.homeserver-unreachable':
    'Starten Sie den Homeserver (systemctl status matrix-synapse), und prüfen Sie matrix.homeserverUrl: curl URL/_matrix/client/versions',
  'cause.homeserver-not-there':
    'matrix.homeserverUrl nennt ein anderes Programm, oder der Proxy vor dem Homeserver hat keine Regel für /_matrix/client.',
  'fix.homeserver-not-there':
    'Setzen Sie matrix.homeserverUrl auf den eigenen Zugang des Homeservers, zum Beispiel http://127.0.0.1:8008',
  'cause.federation-api-unreachable':
    'Ohne matrix.homeserverUrl wird sie gesucht, wie andere Server sie suchen: über .well-known, SRV und Port 8448.',
  'fix.federation-api-unreachable':
    'Setzen Sie matrix.homeserverUrl auf einen Zugang des Homeservers, der die Föderation anbietet, zum Beispiel http://127.0.0.1:8008',
  'cause.federation-address-private':
    'Beide stehen in einem Netz, und matrix.homeserverUrl ist nicht gesetzt.',
  'fix.federation-address-private':
    'Setzen Sie matrix.homeserverUrl auf den eigenen Zugang des Homeservers, oder nennen Sie sein Netz in network.allowPrivate.',
  'cause.homeserver-name-differs':
    'matrix.domain ist falsch geschrieben, oder matrix.homeserverUrl führt zu einem anderen Homeserver.',
  'fix.homeserver-name-differs':
    'Setzen Sie matrix.domain auf das, was in Ihren Matrix-IDs hinter dem Doppelpunkt steht, und matrix.homeserverUrl auf diesen Server.',
  'cause.openid-missing':
    'Der Zugang hat weder die Ressource openid noch federation, oder ein Proxy gibt den Pfad nicht weiter.',
  'fix.openid-missing':
    'In homeserver.yaml, beim Zugang, den Signpost fragt: resources: [{ names: [client, federation] }] - starten Sie Synapse danach neu.',
  'cause.openid-refused': 'Ein Proxy oder Filter vor dem Homeserver steht im Weg.',
  'fix.openid-refused':
    'Lassen Sie /_matrix/federation/v1/openid/userinfo durch, oder setzen Sie matrix.homeserverUrl auf den Zugang hinter dem Proxy.',
  'cause.onbind-missing':
    'Der Zugang hat die Ressource openid, aber nicht federation, oder ein Proxy gibt den Pfad nicht weiter.',
  'fix.onbind-missing':
    'In homeserver.yaml, beim Zugang, den Signpost fragt: resources: [{ names: [client, federation] }] - er muss von außen nicht erreichbar sein.',
  'cause.onbind-refused': 'Ein Proxy oder Filter vor dem Homeserver steht im Weg.',
  'fix.onbind-refused':
    'Lassen Sie POST /_matrix/federation/v1/3pid/onbind durch, oder setzen Sie matrix.homeserverUrl auf den Zugang hinter dem Proxy.',
  'cause.homeserver-refuses-address':
    'Signpost steht im selben Netz wie der Homeserver, und das DNS nennt seine Adresse dort.',
  'fix.homeserver-refuses-address':
    "In homeserver.yaml: ip_range_whitelist: ['ADRESSE'] - starten Sie Synapse danach neu.",
  'cause.well-known-client-missing': 'Unter der Matrix-Domain gibt es kein /.well-known/matrix/client.',
  'fix.well-known-client-missing':
    'Veröffentlichen Sie es; signpost snippet well-known gibt die Datei und die Regeln des Webservers aus. Synapse liefert es, wenn public_baseurl und default_identity_server gesetzt sind.',
  'cause.well-known-client-broken':
    'Eine Website beantwortet /.well-known/matrix/client mit einer Seite, oder die Datei wurde von Hand geändert.',
  'fix.well-known-client-broken':
    'Legen Sie dort die richtige Datei ab; signpost snippet well-known gibt sie aus.',
  'cause.well-known-client-not-shared': 'Die Kopfzeile Access-Control-Allow-Origin fehlt.',
  'fix.well-known-client-not-shared':
    'nginx, beim Ort der Datei: add_header Access-Control-Allow-Origin *; - signpost snippet well-known gibt alles aus.',
  'cause.well-known-identity-missing': 'In /.well-known/matrix/client fehlt m.identity_server.',
  'fix.well-known-identity-missing':
    'Fügen Sie es der Datei hinzu: "m.identity_server": { "base_url": "URL" } - oder in homeserver.yaml: default_identity_server: URL',
  'cause.well-known-identity-differs':
    '/.well-known/matrix/client oder default_identity_server in homeserver.yaml nennt den früheren.',
  'fix.well-known-identity-differs': 'Nennen Sie dort diesen: "m.identity_server": { "base_url": "URL" }',
  'cause.well-known-server-broken':
    'Eine Website beantwortet /.well-known/matrix/server mit etwas anderem, oder die Datei wurde von Hand geändert.',
  'fix.well-known-server-broken':
    'Legen Sie dort die richtige Datei ab; signpost snippet well-known gibt sie aus.',
  'cause.homeserver-uses-mas': 'Verzeichnisse sind für die Anmeldung eingeschaltet (uses.authentication).',
  'fix.homeserver-uses-mas':
    'Lassen Sie ihn den OpenID-Provider von Signpost fragen (signpost snippet mas --feature oidc), oder setzen Sie in diesen Verzeichnissen uses.authentication: false. Tragen Sie in homeserver.yaml keinen Passwort-Provider ein: Synapse würde nicht starten.',
  'cause.password-provider-not-asked':
    'Das Modul steht nicht in homeserver.yaml, fragt an einem anderen Ort oder hat ein anderes Geheimnis; oder Synapse wurde nicht neu gestartet.',
  'fix.password-provider-not-asked':
    'Legen Sie signpost_synapse.py dorthin, wo Synapse es findet, fügen Sie hinzu, was „signpost snippet synapse“ ausgibt, und starten Sie Synapse neu.',
  'cause.login-without-passwords':
    'password_config.enabled ist false, oder der Matrix Authentication Service meldet Menschen an.',
  'fix.login-without-passwords':
    'Setzen Sie in homeserver.yaml password_config.enabled: true; mit dem Matrix Authentication Service schalten Sie authentication hier aus.',
  'cause.homeserver-url-leads-back':
    'matrix.homeserverUrl ist der öffentliche Name, dessen Proxy diese Pfade zu Signpost führt.',
  'fix.homeserver-url-leads-back':
    'Setzen Sie matrix.homeserverUrl auf die Adresse des Homeservers selbst, zum Beispiel http://127.0.0.1:8008',
  'cause.intercept-without-answer':
    'Signpost läuft mit anderen Einstellungen, als in signpost.yaml stehen, oder der Homeserver kennt nicht, wonach gefragt wird.',
  'fix.intercept-without-answer':
    'Starten Sie Signpost neu, und fragen Sie den Homeserver unter matrix.homeserverUrl nach demselben Pfad.',
  'cause.intercept-without-backends': 'Kein Verzeichnis ist für das freigegeben, was die Funktion braucht.',
  'fix.intercept-without-backends':
    'Schalten Sie es bei einem Verzeichnis ein (uses.profile, für Mitglieder uses.lookup) oder die Funktion aus.',
  'cause.registration-without-address':
    'Der Homeserver nimmt Registrierungen ohne E-Mail-Adresse und Telefonnummer an.',
  'fix.registration-without-address':
    'Setzen Sie in homeserver.yaml registrations_require_3pid: [email] (oder enable_registration: false) und starten Sie Synapse neu.',
  'cause.openid-provider-missing':
    'Dem Proxy fehlt die Regel für /_signpost/oidc/, oder Signpost weiß noch nichts von den neuen Einstellungen.',
  'fix.openid-provider-missing':
    'Geben Sie die Regeln für den Proxy noch einmal aus: signpost proxy nginx (oder apache, caddy, haproxy, traefik).',
  'cause.openid-page-missing': 'Der Proxy nimmt Cookies weg oder ändert Pfade oder Weiterleitungen.',
  'fix.openid-page-missing':
    'Geben Sie alles unter /_signpost/oidc/ unverändert weiter, auch Set-Cookie und Location.',
  'cause.openid-client-refused':
    'Der Proxy nimmt den Header Authorization weg, oder Signpost läuft mit einem älteren Geheimnis.',
  'fix.openid-client-refused':
    'Geben Sie unter /_signpost/oidc/ den Header Authorization weiter, oder schreiben Sie „secretBy: post“ für den Client, hier und dort.',
  'cause.openid-without-passwords': 'Kein Verzeichnis ist für die Anmeldung eingeschaltet.',
  'fix.openid-without-passwords':
    'Setzen Sie uses.authentication: true in einem Verzeichnis, das Passwörter kennt.',
  'cause.backend-settings': 'Ein Geheimnis, eine Datei oder ein Programm, das es nennt, fehlt.',
  'fix.backend-settings': 'Sehen Sie jeden Schritt: signpost backend check ID',
  'cause.backend-unreachable':
    'Es läuft nicht, eine Firewall steht dazwischen, oder Name oder Port ist falsch.',
  'fix.backend-unreachable': 'Sehen Sie jeden Schritt: signpost backend check ID',
  'cause.backend-tls':
    'Sein Zertifikat ist für einen anderen Namen, abgelaufen oder von einer Stelle, der diese Maschine nicht vertraut.',
  'fix.backend-tls':
    'Nennen Sie seine Zertifizierungsstelle in caFile des Verzeichnisses und seinen richtigen Hostnamen. Sehen Sie jeden Schritt: signpost backend check ID',
  'cause.backend-login': 'Das Passwort wurde geändert oder ist abgelaufen, oder das Konto ist gesperrt.',
  'fix.backend-login':
    'Setzen Sie das Passwort neu: signpost seal - sehen Sie danach jeden Schritt: signpost backend check ID',
  'cause.backend-answer': 'Basis, Tabelle, Attribute oder Rechte passen nicht.',
  'fix.backend-answer': 'Sehen Sie jeden Schritt: signpost backend check ID',
  'cause.backend-warning': 'Das Ergebnis sagt, was aufgefallen ist.',
  'fix.backend-warning': 'Sehen Sie jeden Schritt: signpost backend check ID',
  'cause.mirror-failing': 'Das Verzeichnis antwortet nicht oder weigert sich, seine Menschen aufzulisten.',
  'fix.mirror-failing':
    'Sehen Sie jeden Schritt: signpost backend check ID - versuchen Sie es dann noch einmal: signpost backend sync ID',
  'cause.mirror-missing':
    'Signpost wurde eben erst gestartet oder nicht mehr, seit das Verzeichnis hinzugefügt wurde.',
  'fix.mirror-missing': 'Warten Sie den ersten Abgleich ab, oder starten Sie ihn: signpost backend sync ID',
  'cause.mirror-stale': 'Signpost lief nicht, oder ein Abgleich dauert länger als die Zeit zwischen zweien.',
  'fix.mirror-stale':
    'Starten Sie einen, und sehen Sie, wie lange er dauert: signpost backend sync ID - setzen Sie dann sync.every des Verzeichnisses entsprechend.',
  'cause.search-without-backends': 'Kein Verzeichnis hat die Verwendung „search“.',
  'fix.search-without-backends':
    'Setzen Sie in einem Verzeichnis uses.search: true, oder directory.enabled: false.',
  'cause.search-index-missing':
    'Die Kopie wurde nicht gelesen, seit das Verzeichnis hinzugefügt oder Signpost aktualisiert wurde.',
  'fix.search-index-missing':
    'Warten Sie den nächsten Abgleich ab, oder starten Sie ihn: signpost backend sync ID',
  'cause.search-finds-nobody': 'Der Index der Kopie ist beschädigt.',
  'fix.search-finds-nobody': 'Lassen Sie alles neu lesen: signpost backend sync ID --full',
  'cause.mail-not-sent':
    'notifications.email.transport ist „log“, wie es ist, bevor jemand etwas anderes einstellt.',
  'fix.mail-not-sent':
    'Setzen Sie notifications.email.transport: smtp und den Mailserver unter notifications.email.smtp.',
  'cause.mail-off': 'notifications.email.transport ist „none“.',
  'fix.mail-off':
    'Setzen Sie notifications.email.transport: smtp - oder validation.enabled: false, wenn es so gemeint ist.',
  'cause.mail-settings': 'Ein Passwort oder eine Datei, die signpost.yaml nennt, fehlt.',
  'fix.mail-settings': 'Setzen Sie in notifications.email, was das Ergebnis nennt.',
  'cause.mail-unreachable':
    'Host oder Port ist falsch, oder ein Anbieter oder eine Firewall schließt den Port.',
  'fix.mail-unreachable':
    'Versuchen Sie es von Hand: openssl s_client -connect HOST:465 - oder: openssl s_client -starttls smtp -connect HOST:587',
  'cause.mail-refused':
    'Er führt die Adresse auf einer Sperrliste, kennt ihren Namen nicht oder erlaubt nur einige Maschinen.',
  'fix.mail-refused':
    'Sehen Sie, was er sagt; setzen Sie notifications.email.smtp.heloName auf den wirklichen Namen dieser Maschine, oder verwenden Sie einen Mailserver, der Sie kennt.',
  'cause.mail-tls':
    'Sein Zertifikat ist für einen anderen Namen oder von einer privaten Stelle, oder Port und Verschlüsselung passen nicht zusammen.',
  'fix.mail-tls':
    'Port 465 braucht notifications.email.smtp.security: implicit, 587 und 25 brauchen starttls; eine private Zertifizierungsstelle kommt in smtp.caFile.',
  'cause.mail-login':
    'Benutzer oder Passwort ist falsch, oder der Anbieter verlangt für Programme ein eigenes Passwort.',
  'fix.mail-login': 'Setzen Sie notifications.email.smtp.user und password neu: signpost seal',
  'cause.sms-not-sent': 'notifications.sms.transport ist „log“.',
  'fix.sms-not-sent':
    'Setzen Sie notifications.sms.transport: twilio oder http - oder none, wenn hier keine Telefonnummern bestätigt werden.',
  'cause.sms-settings':
    'Ein Schlüssel von notifications.sms ist leer, oder sein Geheimnis lässt sich nicht lesen.',
  'fix.sms-settings': 'Setzen Sie in notifications.sms, was das Ergebnis nennt.',
  'cause.sms-unreachable': 'Seine Adresse ist falsch, oder es läuft nicht.',
  'fix.sms-unreachable':
    'Prüfen Sie die Adresse in notifications.sms, und ob diese Maschine sich damit verbinden darf.',
  'cause.sms-login': 'Konto oder Token ist falsch, oder das Token wurde ersetzt.',
  'fix.sms-login': 'Setzen Sie notifications.sms.twilio.accountSid und authToken neu: signpost seal',
  'cause.federation-record-missing': 'Der SRV-Eintrag wurde noch nicht veröffentlicht.',
  'fix.federation-record-missing':
    'Veröffentlichen Sie ihn; signpost snippet dns gibt die Zeile aus. Wenn andere niemanden finden sollen: federation.inbound.enabled: false',
  'cause.federation-record-elsewhere':
    'Der SRV-Eintrag nennt noch den früheren Identitätsserver oder einen anderen Port.',
  'fix.federation-record-elsewhere': 'Berichtigen Sie den Eintrag; signpost snippet dns gibt die Zeile aus.',
  'cause.federation-record-refuses': 'Der SRV-Eintrag hat das Ziel „.“ (RFC 2782).',
  'fix.federation-record-refuses':
    'Berichtigen Sie den Eintrag (signpost snippet dns gibt die Zeile aus), oder setzen Sie federation.inbound.enabled: false, wenn es so gemeint ist.',
  'cause.federation-record-unknown':
    'Der DNS-Server dieser Maschine oder der der Domain beantwortet Fragen nach SRV-Einträgen nicht.',
  'fix.federation-record-unknown':
    'Fragen Sie von Hand, hier und anderswo: dig SRV _matrix-identity._tcp.DOMAIN; dig @9.9.9.9 SRV _matrix-identity._tcp.DOMAIN',
  'cause.federation-inbound-failing':
    'Ein Filter davor hält ihre Anfragen für einen Angriff, oder Signpost kann seine Arbeit nicht tun.',
  'fix.federation-inbound-failing':
    'Sehen Sie nach, was die Protokolle des Proxys und von Signpost zu dem genannten Pfad sagen.',
  'cause.outbox-backlog':
    'Der Mailserver, das Gateway oder ein Homeserver lehnt sie ab oder antwortet nicht.',
  'fix.outbox-backlog':
    'Sehen Sie nach, woran der letzte Versuch scheiterte; mehr sagen die Ergebnisse zu E-Mail und Homeserver. Sobald es geht, gehen sie von selbst hinaus.',
  'cause.outbox-standing': 'Signpost läuft nicht oder hängt.',
  'fix.outbox-standing': 'Starten Sie es, oder starten Sie es neu: systemctl restart signpost',
  'cause.outbox-failed':
    'Ein Postfach gibt es nicht, oder ein Server hat länger abgelehnt, als notifications.giveUpAfter sagt.',
  'fix.outbox-failed':
    'Beheben Sie, was der letzte Fehler nennt, und laden Sie dann noch einmal ein oder bestätigen Sie noch einmal; signpost invitations list --state failed zeigt Einladungen.',
  'cause.invitations-stuck': 'Der Homeserver dieser Menschen nimmt sie nicht an.',
  'fix.invitations-stuck':
    'Sehen Sie nach, warum: signpost invitations list --state resolved; signpost invitations show ID - und was die Prüfung des Homeservers sagt.',
} as const
