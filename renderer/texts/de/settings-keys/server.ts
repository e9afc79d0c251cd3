/** matrix, server, admin, storage, network, backup, activity, migration */
export const server = {
  'matrix.domain':
    'Der Servername des Homeservers: was in den Matrix-IDs Ihrer Menschen hinter dem Doppelpunkt steht.',
  'matrix.homeserverUrl':
    'Ihr Homeserver, wie diese Maschine ihn erreicht, mit seiner Client- und Föderations-API (der übliche Zugang von Synapse). Leer: Er wird über seinen Namen gefunden, wie andere Server ihn finden.',
  'matrix.pins':
    'Servername und dazu die Basisadresse seiner Föderation. Ein so festgelegter Name überspringt die Suche und den Adressschutz.',
  'server.publicUrl':
    'Basisadresse, unter der Clients und Homeserver Signpost erreichen. Leer: https:// und die Matrix-Domain.',
  'server.names':
    'Weitere Namen (Host, Host:Port oder Host/Pfad), unter denen Clients diesen Identitätsserver genannt haben können; signierte Anfragen zum Lösen einer Zuordnung werden gegen alle geprüft.',
  'server.listen.host': 'Adresse, auf der gelauscht wird.',
  'server.listen.port': 'TCP-Port, auf dem gelauscht wird; 0 nimmt einen freien.',
  'server.trustedProxies':
    'Adressen oder Netze von Reverse-Proxys, deren Kopfzeile X-Forwarded-For geglaubt wird.',
  'server.tls.mode':
    'proxy: unverschlüsseltes HTTP hinter einem Reverse-Proxy. files: HTTPS mit dem Zertifikat unten. acme: ein Zertifikat von Let’s Encrypt oder einem anderen ACME-Server, das sich selbst erneuert. selfSigned: ein Zertifikat einer eigenen Stelle von Signpost, für private Netze.',
  'server.tls.certificate':
    'PEM-Datei mit der Zertifikatskette, für den Modus „files“. Eine erneuerte Datei wird innerhalb von Sekunden übernommen.',
  'server.tls.privateKey': 'PEM-Datei mit dem privaten Schlüssel, für den Modus „files“.',
  'server.tls.acme.domains': 'Namen, für die das Zertifikat ist. Leer: der Host von server.publicUrl.',
  'server.tls.acme.agreeToTerms':
    'true stimmt den Nutzungsbedingungen der Zertifizierungsstelle zu; ohne das stellt sie nichts aus.',
  'server.tls.acme.email':
    'Wohin die Zertifizierungsstelle schreiben darf, wenn mit dem Zertifikat etwas nicht stimmt.',
  'server.tls.acme.directory': 'Verzeichnisadresse der Zertifizierungsstelle (RFC 8555).',
  'server.tls.acme.stagingDirectory':
    'Verzeichnis, das einmal ausgestellt haben muss, bevor „directory“ gefragt wird, damit Fehler dessen Kontingent nicht aufbrauchen. Leer: die Testumgebung von Let’s Encrypt, wenn „directory“ deren ist, sonst keine.',
  'server.tls.acme.challenge':
    'Wie die Stelle prüft, dass die Namen hierher führen. http-01: eine Datei auf Port 80. tls-alpn-01: eine Verbindung zu Port 443, die den öffentlichen Zugang erreicht.',
  'server.tls.acme.httpPort':
    'Port, der auf http-01 antwortet; offen nur, während ein Zertifikat ausgestellt wird. Leer: keiner; etwas davor gibt /.well-known/acme-challenge/ an den öffentlichen Zugang weiter.',
  'server.tls.acme.caFile':
    'PEM-Datei mit der Zertifizierungsstelle, die den ACME-Server selbst beglaubigt, für einen privaten.',
  'server.tls.acme.eab.keyId':
    'Schlüsselkennung des externen Kontos, wo die Stelle eines verlangt (ZeroSSL, Google, Sectigo).',
  'server.tls.acme.eab.hmacKey':
    'HMAC-Schlüssel des externen Kontos, wie die Stelle ihn anzeigt (base64url).',
  'server.tls.selfSigned.names':
    'Namen und IP-Adressen, für die das Zertifikat ist. Leer: der Host von server.publicUrl, die Adresse von server.listen und diese Maschine selbst.',
  'server.maxBodyBytes':
    'Größter Inhalt einer Anfrage, der gelesen wird; größere werden mit 413 beantwortet.',
  'admin.listen.host': 'Adresse, auf der gelauscht wird.',
  'admin.listen.port': 'TCP-Port, auf dem gelauscht wird; 0 nimmt einen freien.',
  'admin.tls':
    'public: HTTPS mit dem Zertifikat des öffentlichen Zugangs (siehe server.tls); nötig, um dort zu lauschen, wo andere Maschinen hinkommen. off: unverschlüsseltes HTTP, nur für diese Maschine.',
  'admin.hosts':
    'Weitere Namen (ohne Port), unter denen Browser die Konsole öffnen dürfen. Anfragen unter jedem anderen Namen werden abgelehnt.',
  'admin.trustedProxies':
    'Adressen oder Netze von Reverse-Proxys vor der Konsole, deren Kopfzeilen X-Forwarded-For und X-Forwarded-Proto geglaubt werden.',
  'admin.session.idle': 'Wer so lange nichts tut, wird aus der Konsole abgemeldet.',
  'admin.session.lifetime': 'Längste Zeit, bis man sich in der Konsole neu anmelden muss.',
  'storage.type': 'sqlite: die eingebaute Datenbank. postgres: ein PostgreSQL-Server, für mehrere Signposts.',
  'storage.path': 'Datei der Datenbank, bezogen auf das Datenverzeichnis.',
  'storage.url': 'Verbindungsadresse, oder {file: PFAD} oder {env: NAME}, worin sie steht.',
  'network.allowPrivate':
    'Adressen oder Netze im privaten Bereich, mit denen sich Signpost verbinden darf, wenn ein Fremder den Server nennt (Prüfung von Konten, onbind). Für Ihren eigenen Homeserver: matrix.pins, oder hier.',
  'network.caFile': 'PEM-Datei mit weiteren Zertifizierungsstellen für ausgehende Verbindungen.',
  'network.dnsServers': 'DNS-Server, die anstelle derer gefragt werden, die diese Maschine verwendet.',
  'network.timeout': 'Längste Wartezeit auf eine ausgehende Anfrage.',
  'backup.enabled':
    'Jeden Tag eine Sicherung erstellen. Dafür braucht es ein Passwort oder eine Schlüsseldatei.',
  'backup.folder':
    'Wo die täglichen Sicherungen liegen, bezogen auf das Datenverzeichnis. Ein anderer Datenträger ist ein besserer Ort als dieser.',
  'backup.at':
    'Uhrzeit, nach der Uhr dieser Maschine. Eine verpasste Sicherung wird nach dem nächsten Start nachgeholt.',
  'backup.keep.daily': 'Von wie vielen der letzten Tage die Sicherung aufgehoben wird.',
  'backup.keep.weekly': 'Von wie vielen Wochen zusätzlich die letzte Sicherung aufgehoben wird.',
  'backup.password':
    'Öffnet die Sicherungen. Bewahren Sie es auch anderswo auf: Ohne dieses Passwort kann niemand eine Sicherung öffnen, und eine Kopie, die nur in der Sicherung liegt, nützt nichts.',
  'backup.keyFile':
    'Eine Datei, die die Sicherungen anstelle eines Passworts öffnet: signpost backup new-key DATEI. Bewahren Sie anderswo eine Kopie auf.',
  'migration.compareWith':
    'Der Identitätsserver, an dessen Stelle Signpost tritt, solange er noch läuft. Er wird dasselbe gefragt, und wo er anders antwortet, sagt es „signpost import compare“. Leer: Niemand wird gefragt.',
  'migration.accessToken':
    'Ein Zugangstoken jenes Servers, wenn er nur v2 beantwortet. Leer: Er wird über v1 gefragt.',
  'migration.perMinute':
    'Nach wie vielen Adressen er in einer Minute höchstens gefragt wird; weitere werden ausgelassen.',
  'activity.keep':
    'Wie lange das Aktivitätsprotokoll und die Liste der Änderungen aus der Konsole eine Zeile aufheben.',
  'activity.maxRows':
    'Wie viele Zeilen das Aktivitätsprotokoll höchstens aufhebt; die ältesten gehen zuerst.',
  'activity.addresses':
    'Wie Adressen im Aktivitätsprotokoll und im Protokoll des Programms stehen: maskiert (masked), aus dem Aktivitätsprotokoll weggelassen und dort nur für die auffindbar, die sie kennen (hashed), oder vollständig (full).',
  'activity.level': 'Wie viel protokolliert wird.',
  'activity.requests': 'Jede Anfrage protokollieren (ohne Adressen und Token).',
} as const
