import type { Texts } from '../../format-text.ts'

/** Verdicts on certificates: the finding itself says what to do with the one at hand. */
const verdicts = [
  ...['pem-unreadable', 'der-given', 'files-swapped', 'key-unreadable', 'key-encrypted', 'key-mismatch'],
  ...['leaf-missing', 'expired', 'not-yet-valid', 'name-mismatch', 'ip-not-named', 'wildcard-depth'],
  ...['no-alternative-names', 'chain-incomplete', 'self-signed', 'unknown-authority', 'cdn-origin'],
  ...['test-authority', 'issuer-expired', 'weak-key', 'weak-signature', 'no-server-auth', 'ca-as-leaf'],
  ...['unusual-key', 'wrong-order', 'expires-soon', 'expired-root', 'duplicate-certificate'],
  ...['unrelated-certificate', 'pasted-text'],
] as const

const certificates: Texts = Object.fromEntries(
  verdicts.flatMap((verdict) => [
    [
      `cause.certificate-${verdict}`,
      'Das Zertifikat oder die Datei, in der es liegt, ist nicht das, was Clients erwarten.',
    ],
    [
      `fix.certificate-${verdict}`,
      'Das Ergebnis sagt, was mit diesem Zertifikat zu tun ist; docs/tls.md hat mehr dazu.',
    ],
  ]),
)

/** Faults between the outside and Signpost: name, port, certificate, reverse proxy. */
export const publicUrl: Texts = {
  ...certificates,
  'cause.public-name-missing':
    'Den DNS-Eintrag gab es nie, oder der Name ist in server.publicUrl falsch geschrieben.',
  'fix.public-name-missing':
    'Veröffentlichen Sie einen A- oder AAAA-Eintrag für den Namen; signpost snippet dns gibt ihn aus.',
  'cause.dns-no-answer':
    'Der DNS-Server dieser Maschine oder der der Domain antwortet nicht, oder eine DNSSEC-Signatur ist ungültig.',
  'fix.dns-no-answer':
    'Fragen Sie von Hand, hier und anderswo: dig NAME; dig @9.9.9.9 NAME - und prüfen Sie network.dnsServers.',
  'cause.public-url-not-secure': 'server.publicUrl wurde für einen Versuch geschrieben.',
  'fix.public-url-not-secure':
    'Setzen Sie server.publicUrl auf https://..., und lassen Sie den Reverse-Proxy oder server.tls TLS sprechen.',
  'cause.public-port-closed':
    'Der Reverse-Proxy läuft nicht, lauscht anderswo, oder eine Firewall schließt den Port.',
  'fix.public-port-closed':
    'Auf der Maschine des Proxys: systemctl status nginx (oder caddy, apache2, haproxy); ss -ltnp - öffnen Sie dann den Port in der Firewall.',
  'cause.public-port-partly-closed':
    'Ein AAAA-Eintrag führt zu einer Maschine, die nur auf IPv4 lauscht, oder ein alter Eintrag ist übrig geblieben.',
  'fix.public-port-partly-closed':
    'Lassen Sie den Proxy auch auf diesen Adressen lauschen, oder nehmen Sie sie aus dem DNS.',
  'cause.public-address-unreachable-from-inside':
    'Die meisten Heimrouter leiten Verbindungen von innen zur eigenen öffentlichen Adresse nicht wieder hinein (NAT-Loopback, Hairpin). Der Port kann auch für alle geschlossen sein.',
  'fix.public-address-unreachable-from-inside':
    'Versuchen Sie es von außen (mit einem Telefon ohne WLAN): /_matrix/identity/v2 muss mit {} antworten. Lassen Sie innen das DNS die private Adresse des Proxys nennen, oder schalten Sie im Router NAT-Loopback ein.',
  'cause.public-url-no-tls':
    'Der Proxy spricht auf diesem Port unverschlüsseltes HTTP, oder er hat kein Zertifikat für diesen Namen.',
  'fix.public-url-no-tls':
    'Lassen Sie den Proxy dort mit TLS lauschen (nginx: listen 443 ssl), mit einem Zertifikat für den Namen.',
  'cause.certificate-refused':
    'Der Server besteht auf zu alten TLS-Einstellungen oder auf einem Zertifikat des Clients.',
  'fix.certificate-refused':
    'Lassen Sie den Proxy TLS 1.2 und 1.3 sprechen und von Clients kein Zertifikat verlangen.',
  'cause.certificate-not-issued': 'Die Zertifizierungsstelle antwortet nicht oder lehnt ab.',
  'fix.certificate-not-issued':
    'Sehen Sie nach, was geschah und wann es weitergeht: signpost tls status - danach: signpost tls retry',
  'cause.certificate-not-renewed': 'Die Zertifizierungsstelle antwortet nicht oder lehnt ab.',
  'fix.certificate-not-renewed':
    'Sehen Sie nach, was geschah und wann es weitergeht: signpost tls status - danach: signpost tls retry',
  'cause.certificate-files-unusable':
    'Sie wurden nur zum Teil erneuert, oder was sie erneuert, schreibt etwas anderes.',
  'fix.certificate-files-unusable':
    'Legen Sie Zertifikat und Schlüssel, die zusammengehören, dorthin, wo signpost.yaml sie nennt; siehe: signpost tls check',
  'cause.public-url-redirects': 'Der Proxy leitet jede Anfrage um, auf www oder auf eine Seite für Menschen.',
  'fix.public-url-redirects':
    'Nehmen Sie /_matrix/identity/ von der Umleitung aus, oder setzen Sie server.publicUrl auf ihr Ziel.',
  'cause.proxy-cannot-reach-signpost':
    'Er hat eine falsche Adresse oder einen falschen Port, spricht TLS mit einem unverschlüsselten Zugang, oder SELinux oder ein Container hält ihn fern.',
  'fix.proxy-cannot-reach-signpost':
    'Vergleichen Sie das Ziel im Proxy mit server.listen; das Protokoll des Proxys nennt, was er versucht hat. SELinux: setsebool -P httpd_can_network_connect 1',
  'cause.proxy-sends-to-homeserver':
    'Der Proxy hat keine Regel für /_matrix/identity/, oder eine für ganz /_matrix/ kommt vorher.',
  'fix.proxy-sends-to-homeserver':
    'Setzen Sie die Regel für /_matrix/identity/ vor die für /_matrix/; signpost proxy nginx (oder apache, caddy, haproxy, traefik) gibt sie aus.',
  'cause.proxy-refuses':
    'Er verlangt eine Anmeldung, erlaubt nur einige Adressen, oder ein Filter gegen Bots hält Programme für einen Angriff.',
  'fix.proxy-refuses': 'Nehmen Sie /_matrix/identity/ von Anmeldung, Adressliste und Filter aus.',
  'cause.proxy-rule-missing':
    'Die Regel fehlt, steht in einem anderen virtuellen Host, oder der Server wurde nicht neu geladen.',
  'fix.proxy-rule-missing':
    'Fügen Sie sie hinzu, und laden Sie neu; signpost proxy nginx (oder apache, caddy, haproxy, traefik) gibt sie aus.',
  'cause.public-url-another-server':
    'Der Name führt zu einer anderen Maschine, oder die Standardseite des Webservers antwortet.',
  'fix.public-url-another-server':
    'Prüfen Sie, wohin der Name führt und welcher virtuelle Host des Proxys antwortet; signpost proxy nginx gibt einen aus.',
  'cause.public-url-another-identity-server':
    'Hinter dem Proxy läuft noch der frühere, oder ein Signpost mit einer anderen Datenbank.',
  'fix.public-url-another-identity-server':
    'Lassen Sie den Proxy zur Adresse in server.listen führen, und beenden Sie den anderen.',
  'cause.public-url-silent':
    'Der Proxy wartet auf etwas, das nicht antwortet: ein falsches Ziel, eine Firewall dazwischen.',
  'fix.public-url-silent':
    'Sehen Sie in das Protokoll des Proxys, und vergleichen Sie sein Ziel mit server.listen.',
  'cause.proxy-changes-path':
    'nginx: In proxy_pass steht hinter dem Port ein Pfad (oft nur /). Andere: eine Regel mit strip-prefix oder rewrite.',
  'fix.proxy-changes-path':
    'Geben Sie den Pfad unverändert weiter. nginx: proxy_pass http://127.0.0.1:8090; - ohne Schrägstrich am Ende. Caddy: handle statt handle_path.',
  'cause.proxy-drops-query': 'Eine rewrite-Regel ersetzt die ganze Adresse.',
  'fix.proxy-drops-query':
    'Geben Sie Pfad und Query unverändert weiter; signpost proxy nginx (oder apache, caddy, haproxy, traefik) zeigt, wie.',
  'cause.proxy-decodes-path':
    'nginx: proxy_pass mit einem Pfad oder einer Variablen. Apache: nocanon fehlt, oder AllowEncodedSlashes ist aus.',
  'fix.proxy-decodes-path':
    'nginx: proxy_pass http://127.0.0.1:8090; - Apache: AllowEncodedSlashes NoDecode und ProxyPass ... nocanon',
  'cause.proxy-strips-authorization':
    'Der Proxy entfernt die Kopfzeile Authorization oder setzt eine eigene Anmeldung hinein (HTTP Basic).',
  'fix.proxy-strips-authorization':
    'Entfernen Sie, was sie im Proxy setzt (nginx: proxy_set_header Authorization; CDNs: eine Regel für Kopfzeilen), und verwenden Sie für /_matrix/ keine Basic-Anmeldung.',
  'cause.proxy-drops-forwarded-for': 'Der Proxy sendet kein X-Forwarded-For.',
  'fix.proxy-drops-forwarded-for':
    'nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; - Apache, Caddy und Traefik senden es von selbst; HAProxy: option forwardfor',
  'cause.proxy-passes-forged-addresses':
    'Der Proxy gibt X-Forwarded-For so weiter, wie der Client es gesendet hat, und fügt die Adresse nicht an, die er selbst sieht.',
  'fix.proxy-passes-forged-addresses': 'nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
  'cause.proxy-not-trusted': 'Die Adresse des Proxys steht nicht in server.trustedProxies.',
  'fix.proxy-not-trusted':
    'Nehmen Sie die genannte Adresse in server.trustedProxies auf, und starten Sie Signpost neu.',
  'cause.proxy-changes-host':
    'Der Proxy setzt sein Ziel in die Kopfzeile Host, wie nginx es ohne weitere Angaben tut.',
  'fix.proxy-changes-host': 'nginx: proxy_set_header Host $host; - Apache: ProxyPreserveHost On',
  'cause.proxy-wrong-protocol':
    'Hinter dem Proxy, der TLS spricht, steht ein zweiter und schreibt sein eigenes Protokoll hinein.',
  'fix.proxy-wrong-protocol':
    'Lassen Sie den ersten Proxy X-Forwarded-Proto setzen und den zweiten es weitergeben.',
  'cause.proxy-refuses-method': 'Der Proxy oder ein Filter davor erlaubt nur GET und POST.',
  'fix.proxy-refuses-method':
    'Lassen Sie für /_matrix/ GET, POST, PUT, DELETE und OPTIONS durch (nginx: dort kein limit_except; Apache: kein <Limit>).',
  'cause.proxy-breaks-preflight': 'Der Proxy beantwortet OPTIONS selbst oder lehnt es ab.',
  'fix.proxy-breaks-preflight':
    'Geben Sie OPTIONS an Signpost weiter, das darauf antwortet; nehmen Sie add_header Access-Control-... und "if ($request_method = OPTIONS)" aus dem Proxy.',
  'cause.proxy-doubles-cors': 'Der Proxy fügt Access-Control-Allow-Origin hinzu, das Signpost selbst sendet.',
  'fix.proxy-doubles-cors':
    'Nehmen Sie es aus dem Proxy (nginx: add_header Access-Control-Allow-Origin; Apache: Header set).',
  'cause.proxy-drops-cors': 'Der Proxy entfernt oder ersetzt Access-Control-Allow-Origin.',
  'fix.proxy-drops-cors': 'Geben Sie es weiter (nginx: kein proxy_hide_header; Apache: kein Header unset).',
  'cause.proxy-limits-bodies': 'Der Proxy nimmt nur kleinere Anfragen an als Signpost.',
  'fix.proxy-limits-bodies':
    'nginx: client_max_body_size 2m; - Apache: LimitRequestBody 2097152 - Caddy: request_body { max_size 2MB }',
  'cause.route-missing': 'Im Proxy fehlt die Regel für den Pfad, oder eine weitere kommt vorher.',
  'fix.route-missing':
    'Setzen Sie die Regeln von Signpost vor die des Homeservers; signpost proxy nginx (oder apache, caddy, haproxy, traefik) gibt sie aus.',
  'cause.route-takes-homeserver': 'Die Regel im Proxy ist zu weit: /_matrix/ statt /_matrix/identity/.',
  'fix.route-takes-homeserver':
    'Geben Sie nur die Pfade von Signpost dorthin weiter; signpost proxy nginx (oder apache, caddy, haproxy, traefik) gibt sie aus.',
}
