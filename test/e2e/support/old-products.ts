import Database from 'better-sqlite3'
import type { SigningKey } from '../../../src/matrix/signing.ts'
import { createMa1sd, currentKey, ma1sdToken, people } from '../../migrate/import/support/ma1sd-fixture.ts'
import { recordedOfMa1sd, recordedOfSydent } from '../../migrate/import/support/recorded-answers.ts'
import { sydentCases } from '../../migrate/import/support/sydent-cases.ts'
import {
  createSydent,
  sydentConfiguration,
  sydentKey,
  sydentName,
  sydentToken,
} from '../../migrate/import/support/sydent-fixture.ts'
import type { OldBinding, OldProduct } from './old-identity-server.ts'

export interface OldPlace {
  readonly port: number
  readonly smtpPort: number
}

/** One answer that clients were given before the switch, and what they are given after it. */
export interface KnownAddress {
  readonly ask: readonly [medium: string, address: string]
  readonly before: string | null
  readonly after: string | null
}

/** A product with an installation of it: what a take-over begins with. */
export interface OldInstallation {
  readonly kind: 'sydent' | 'ma1sd'
  readonly product: OldProduct
  /** A token of `@alice:example.org`. */
  readonly token: string
  /** The key with which it signs, under which its invitations stand in rooms. */
  readonly key: SigningKey
  readonly addresses: readonly KnownAddress[]
  /**
   * The old server is asked for the canonical form of what it has in another one: Matrix ID here, and nobody there. See
   * `differences.canonical`.
   */
  readonly onlyByCanonicalForm: readonly (readonly [address: string, mxid: string])[]
  /** An address without an owner to which an invitation waits, and the token of that. */
  readonly waiting: { readonly address: string; readonly token: string }
  /** Makes its files; `config` is for `signpost import`, `database` is what lookups are answered from. */
  create(folder: string, place: OldPlace): Promise<{ readonly config: string; readonly database: string }>
  /** Somebody binds an address there; null where bindings come from a directory that both servers ask. */
  readonly bind: ((database: string, address: string, mxid: string) => void) | null
}

const waiting = { address: 'waiting@example.org', token: 'token-waiting' }
const YEAR_MS = 365 * 86_400_000

const sydent: OldInstallation = {
  kind: 'sydent',
  token: sydentToken,
  key: sydentKey,
  waiting,
  onlyByCanonicalForm: [
    ['strauss@example.org', '@strauss:example.org'],
    ['legacy@xn--strae-oqa.de', '@legacy:example.org'],
  ],
  product: {
    name: sydentName,
    key: sydentKey,
    pepper: 'abcde',
    recorded: recordedOfSydent,
    find(db, medium, address) {
      const row = db
        .prepare(
          `select mxid, ts, notBefore, notAfter from global_threepid_associations
           where medium = @medium and lower(address) = lower(@address) and notBefore < @now and notAfter > @now
           order by ts desc limit 1`,
        )
        .get({ medium, address, now: Date.now() }) as OldBinding | undefined
      return row === undefined || row.mxid === null ? null : row
    },
  },
  addresses: sydentCases.map(({ ask, sydent: before, signpost: after }) => ({ ask, before, after })),
  async create(folder, { port, smtpPort }) {
    const configuration = sydentConfiguration
      .replace('bind_address = ::', 'bind_address = 127.0.0.1')
      .replace('http.port = 8090', `http.port = ${port}`)
      .replace('mail.example.org', '127.0.0.1')
      .replace('smtpport = 587', `smtpport = ${smtpPort}`)
      .replace('email.tlsmode = STARTTLS', 'email.tlsmode = 0')
      .replace(/email\.smtp(username|password) = .*\n/g, '')
    const { path, source } = await createSydent('sqlite', folder, configuration)
    return { config: path, database: source.location }
  },
  bind(database, address, mxid) {
    const db = new Database(database)
    const now = Date.now()
    const times = { medium: 'email', address, mxid, ts: now, notBefore: now - 1, notAfter: now + YEAR_MS }
    const names = 'medium, address, mxid, ts, notBefore, notAfter'
    const values = '@medium, @address, @mxid, @ts, @notBefore, @notAfter'
    db.prepare(`insert into local_threepid_associations (id, ${names}) values (9001, ${values})`).run(times)
    db.prepare(
      `insert into global_threepid_associations (id, originId, originServer, sgAssoc, ${names})
       values (9001, 9001, '${sydentName}', '{}', ${values})`,
    ).run(times)
    db.close()
  },
}

const ma1sd: OldInstallation = {
  kind: 'ma1sd',
  token: ma1sdToken,
  key: currentKey,
  waiting,
  onlyByCanonicalForm: [],
  product: {
    name: 'example.org',
    key: currentKey,
    pepper: 'ma1sd',
    recorded: recordedOfMa1sd,
    find(db, medium, address) {
      // It decoded what was decoded already.
      const twice = address.replaceAll('+', ' ')
      const row = db
        .prepare('select uid from threepids where medium = lower(?) and address = lower(?)')
        .get(medium, twice) as { uid: string } | undefined
      if (row === undefined) return null
      const now = Date.now()
      return { mxid: `@${row.uid}:example.org`, ts: now, notBefore: now, notAfter: now + YEAR_MS }
    },
  },
  addresses: people.map(([medium, address, uid]) => {
    const after = `@${uid}:example.org`
    return { ask: [medium, address], before: address.includes('+') ? null : after, after }
  }),
  async create(folder, { port, smtpPort }) {
    const mxid = "'@' || uid || ':example.org'"
    const { path } = await createMa1sd('sqlite', folder, (yaml) =>
      yaml
        .replace('port: 8090', `port: ${port}\n  hostname: 127.0.0.1`)
        .replace(/smtp: \{.*\}/, `smtp: { host: 127.0.0.1, port: ${smtpPort}, tls: 0 }`)
        .replace('    type: uid\n', '    type: mxid\n')
        .replace('"select uid from', `"select ${mxid} as uid from`)
        // With which it knows the hashes of everybody, too.
        .replace(
          '  profile:\n    displayName:',
          `  lookup:\n    query: "select ${mxid} as mxid, medium, address from threepids"\n  profile:\n    displayName:`,
        ),
    )
    return { config: path, database: `${folder}/people.db` }
  },
  bind: null,
}

export const oldInstallations: readonly OldInstallation[] = [sydent, ma1sd]
