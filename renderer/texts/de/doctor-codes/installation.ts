/** Faults of the installation itself: settings, files, database, keys, clock, server. */
export const installation = {
  'cause.configuration-invalid': 'Ein Schlüssel ist falsch geschrieben, oder ein Wert hat die falsche Form.',
  'fix.configuration-invalid': 'Berichtigen Sie die Datei, und prüfen Sie sie dann: signpost config check',
  'cause.configuration-unreadable': 'Sie gehört einem anderen Benutzer oder ist kein UTF-8-Text.',
  'fix.configuration-unreadable':
    'Lassen Sie den Benutzer, unter dem Signpost läuft, sie lesen, und speichern Sie sie als UTF-8.',
  'cause.configuration-missing':
    'Signpost wurde noch nicht eingerichtet, oder das Datenverzeichnis ist ein anderes.',
  'fix.configuration-missing':
    'Schreiben Sie signpost.yaml mit mindestens matrix.domain, oder wählen Sie mit --data ORDNER den richtigen Ordner.',
  'cause.configuration-writable': 'Die Datei wurde mit zu weiten Rechten kopiert oder angelegt.',
  'fix.configuration-writable': "Nehmen Sie die Rechte zurück: chmod 600 'signpost.yaml'",
  'cause.configuration-exposed':
    'Die Datei wurde mit den üblichen Rechten angelegt und danach ein Geheimnis hineingeschrieben.',
  'fix.configuration-exposed':
    "Nehmen Sie die Rechte zurück: chmod 600 'signpost.yaml' - oder versiegeln Sie die Geheimnisse: signpost seal",
  'cause.domain-missing': 'matrix.domain ist noch nicht gesetzt.',
  'fix.domain-missing':
    'Setzen Sie matrix.domain in signpost.yaml auf das, was in Ihren Matrix-IDs hinter dem Doppelpunkt steht.',
  'cause.secret-unreadable':
    'Die Datei oder Umgebungsvariable fehlt, oder das Geheimnis wurde von einer anderen Installation versiegelt.',
  'fix.secret-unreadable':
    'Legen Sie das Geheimnis dorthin, wo signpost.yaml es nennt, oder setzen Sie es neu: signpost seal',
  'cause.secret-file-exposed': 'Die Datei wurde mit den üblichen Rechten angelegt.',
  'fix.secret-file-exposed':
    'Nehmen Sie die Rechte zurück: chmod 600 DATEI - und ändern Sie das Geheimnis, falls jemand es gelesen haben kann.',
  'cause.authorities-unusable':
    'Die Datei in network.caFile gibt es nicht, oder sie gehört einem anderen Benutzer.',
  'fix.authorities-unusable':
    'Berichtigen Sie network.caFile in signpost.yaml, oder machen Sie die Datei für den Benutzer lesbar, unter dem Signpost läuft.',
  'cause.data-directory-missing':
    'Signpost wurde hier nie gestartet, oder --data (SIGNPOST_DATA) nennt einen anderen Ordner.',
  'fix.data-directory-missing':
    'Wählen Sie mit --data ORDNER den richtigen Ordner, oder starten Sie Signpost einmal: Es legt einen an.',
  'cause.data-directory-exposed': 'Der Ordner wurde von Hand angelegt.',
  'fix.data-directory-exposed': 'Nehmen Sie die Rechte zurück: chmod 700 ORDNER',
  'cause.data-directory-not-writable':
    'Der Ordner gehört einem anderen Benutzer, oder der Datenträger ist nur lesbar eingehängt.',
  'fix.data-directory-not-writable':
    'Geben Sie den Ordner dem Benutzer, unter dem Signpost läuft: chown -R signpost: ORDNER',
  'cause.files-of-another-user': 'Ein Befehl lief einmal unter einem anderen Benutzer (oft root).',
  'fix.files-of-another-user': 'Geben Sie die Dateien zurück: chown -R signpost: ORDNER',
  'cause.disk-full': 'Protokolle, E-Mails oder Sicherungen sind gewachsen, oder der Datenträger ist klein.',
  'fix.disk-full': 'Schaffen Sie Platz. Was groß ist, zeigt: du -xh / | sort -h | tail -20',
  'cause.disk-nearly-full':
    'Protokolle, E-Mails oder Sicherungen sind gewachsen, oder der Datenträger ist klein.',
  'fix.disk-nearly-full':
    'Schaffen Sie Platz, oder vergrößern Sie den Datenträger. Was groß ist, zeigt: du -xh / | sort -h | tail -20',
  'cause.database-missing': 'Signpost wurde mit dieser Konfiguration nie gestartet.',
  'fix.database-missing': 'Starten Sie Signpost einmal: Es legt die Datenbank an.',
  'cause.database-older': 'Signpost wurde aktualisiert und seitdem nicht gestartet.',
  'fix.database-older': 'Starten Sie Signpost einmal: Es bringt die Datenbank auf den neuen Stand.',
  'cause.database-newer': 'Ein älteres Signpost wurde über ein neueres installiert.',
  'fix.database-newer':
    'Starten Sie die genannte Version, oder stellen Sie einen Schnappschuss aus der Zeit vor der Aktualisierung wieder her.',
  'cause.database-locked': 'Ein Datenbank-Betrachter oder ein Sicherungsprogramm hat die Datei geöffnet.',
  'fix.database-locked': 'Schließen Sie dieses Programm.',
  'cause.database-unreachable': 'PostgreSQL läuft nicht, oder die Adresse ist falsch.',
  'fix.database-unreachable': 'Starten Sie PostgreSQL, und prüfen Sie storage.url.',
  'cause.database-refused': 'Die Anmeldung oder ihre Rechte sind falsch.',
  'fix.database-refused': 'Prüfen Sie Benutzer, Passwort und Datenbanknamen in storage.url.',
  'cause.database-foreign': 'storage.path oder storage.url nennt die Datenbank eines anderen Programms.',
  'fix.database-foreign': 'Nennen Sie eine Datei, die es noch nicht gibt, oder eine leere Datenbank.',
  'cause.database-corrupt':
    'Der Datenträger oder die Maschine hat etwas verloren, das als geschrieben bestätigt war.',
  'fix.database-corrupt':
    'Beenden Sie Signpost, behalten Sie eine Kopie der Datei, und stellen Sie dann die letzte Sicherung oder eine Datei aus snapshots/ wieder her; lassen Sie den Datenträger prüfen.',
  'cause.database-not-writable': 'Die Datei gehört einem anderen Benutzer.',
  'fix.database-not-writable':
    'Geben Sie das Datenverzeichnis dem Benutzer, unter dem Signpost läuft: chown -R signpost: ORDNER',
  'cause.network-file-system': 'Das Datenverzeichnis ist von einer anderen Maschine eingehängt.',
  'fix.network-file-system':
    'Verlegen Sie das Datenverzeichnis auf einen lokalen Datenträger, oder verwenden Sie PostgreSQL (storage.type: postgres).',
  'cause.backup-missing': 'Sicherungen wurden nie eingerichtet oder wurden ausgeschaltet.',
  'fix.backup-missing':
    'Legen Sie unter „Sicherungen“ ein Passwort fest, und schalten Sie sie ein. Auf der Kommandozeile: signpost config set backup.password PASSWORT && signpost config set backup.enabled true',
  'cause.backup-late': 'Signpost lief zu dieser Zeit nicht oder kann nicht in den Ordner schreiben.',
  'fix.backup-late': 'Erstellen Sie eine von Hand, um zu sehen, woran es liegt: signpost backup',
  'cause.backup-failing':
    'In den Ordner lässt sich nicht schreiben, der Datenträger ist voll, oder das Passwort lässt sich nicht lesen.',
  'fix.backup-failing': 'Erstellen Sie eine von Hand, um zu sehen, woran es liegt: signpost backup',
  'cause.backup-unproven':
    'Die Datei wurde auf ihrem Datenträger beschädigt, oder die Schlüssel haben sich seitdem geändert.',
  'fix.backup-unproven':
    'Erstellen Sie eine weitere, und lassen Sie den Datenträger prüfen, wenn auch das scheitert: signpost backup',
  'cause.signing-keys-missing': 'Signpost wurde hier nie gestartet; der erste Start legt sie an.',
  'fix.signing-keys-missing':
    'Starten Sie Signpost einmal. Nach einem Umzug: Legen Sie zuerst signing-keys.json der früheren Maschine in das Datenverzeichnis.',
  'cause.signing-keys-damaged': 'Die Datei wurde abgeschnitten oder von Hand geändert.',
  'fix.signing-keys-damaged':
    'Stellen Sie signing-keys.json aus einer Sicherung wieder her; löschen Sie die Datei nicht: Einladungen in Räumen brauchen die alten Schlüssel.',
  'cause.signing-keys-unreadable': 'Die Datei gehört einem anderen Benutzer.',
  'fix.signing-keys-unreadable':
    'Geben Sie sie dem Benutzer, unter dem Signpost läuft: chown signpost: signing-keys.json',
  'cause.signing-keys-exposed': 'Die Datei wurde mit zu weiten Rechten kopiert.',
  'fix.signing-keys-exposed':
    'Führen Sie aus: chmod 600 signing-keys.json - und falls jemand sie gelesen haben kann: signpost keys rotate',
  'cause.signing-key-differs':
    'Die Datenbank wurde ohne ihre Schlüsseldatei wiederhergestellt, oder die Schlüsseldatei gehört zu einer anderen Installation.',
  'fix.signing-key-differs':
    'Legen Sie die signing-keys.json, die zu dieser Datenbank gehört, in das Datenverzeichnis, und starten Sie neu.',
  'cause.signing-key-old': 'Seit der Installation hat ihn niemand gewechselt.',
  'fix.signing-key-old':
    'Wechseln Sie ihn an einem ruhigen Tag: signpost keys rotate - und starten Sie neu. Der alte bleibt für das gültig, was er signiert hat.',
  'cause.sealing-key-missing': 'Die Konfiguration wurde ohne sealing.key wiederhergestellt oder kopiert.',
  'fix.sealing-key-missing':
    'Legen Sie sealing.key jener Installation in das Datenverzeichnis, oder setzen Sie die Geheimnisse neu: signpost seal',
  'cause.sealing-key-exposed': 'Die Datei wurde mit zu weiten Rechten kopiert.',
  'fix.sealing-key-exposed':
    'Führen Sie aus: chmod 600 sealing.key - und falls jemand sie gelesen haben kann, setzen Sie die versiegelten Geheimnisse neu.',
  'cause.sealing-key-invalid':
    'Die Datei wurde abgeschnitten oder von Hand geändert, oder sie gehört einem anderen Benutzer.',
  'fix.sealing-key-invalid': 'Stellen Sie sealing.key aus einer Sicherung wieder her.',
  'cause.pepper-old': 'Signpost läuft, aber der Wechsel scheitert.',
  'fix.pepper-old':
    'Suchen Sie im Protokoll nach „pepper“, und wechseln Sie ihn von Hand: signpost keys rotate-pepper',
  'cause.clock-wrong':
    'Eine der beiden Maschinen folgt keinem Zeitserver, oft nach einem Ruhezustand oder in einer virtuellen Maschine.',
  'fix.clock-wrong':
    'Sehen Sie auf beiden nach, welche falsch geht: timedatectl - und lassen Sie sie einem Zeitserver folgen: timedatectl set-ntp true',
  'cause.server-not-running': 'Er wurde nicht gestartet, oder er hat sich beendet.',
  'fix.server-not-running':
    'Starten Sie ihn, und sehen Sie in sein Protokoll, wenn er nicht bleibt: signpost start - oder: systemctl status signpost',
  'cause.port-of-another':
    'Der Port war schon vergeben, bevor Signpost startete, oder ein Signpost mit einem anderen Datenverzeichnis hat ihn.',
  'fix.port-of-another':
    'Sehen Sie nach, wer ihn hat: ss -ltnp - beenden Sie dann dieses Programm, oder wählen Sie einen anderen server.listen.port.',
  'cause.port-not-allowed':
    'Ports unter 1024 brauchen besondere Rechte, oder diese Maschine hat die Adresse nicht.',
  'fix.port-not-allowed':
    'Wählen Sie mit server.listen eine andere Adresse oder einen anderen Port, oder lassen Sie systemd das Recht geben: AmbientCapabilities=CAP_NET_BIND_SERVICE',
  'cause.server-of-another-version': 'Signpost wurde aktualisiert und seitdem nicht neu gestartet.',
  'fix.server-of-another-version': 'Starten Sie es neu: systemctl restart signpost',
  'cause.server-unanswering':
    'Der Server hängt oder ist überlastet, oder er spricht TLS, obwohl die Konfiguration das Gegenteil sagt.',
  'fix.server-unanswering': 'Sehen Sie in das Protokoll von Signpost, und starten Sie es neu.',
  'cause.server-unhealthy': 'Seine Datenbank antwortet nicht.',
  'fix.server-unhealthy':
    'Sehen Sie nach, was die Prüfung der Datenbank und das Protokoll von Signpost sagen.',
  'cause.check-too-slow':
    'Was gefragt wird, ist langsam oder verschluckt die Frage; meist sagen die anderen Ergebnisse, was es ist.',
  'fix.check-too-slow': 'Beheben Sie zuerst, was sonst gefunden wurde, und untersuchen Sie dann noch einmal.',
  'cause.check-failed': 'Etwas hat anders geantwortet, als Signpost es erwartet.',
  'fix.check-failed':
    'Bitte melden Sie es, zusammen mit dem, was im Protokoll steht (im Terminal steht es über dem Bericht).',
} as const
