import { createHmac, randomBytes } from 'node:crypto'
import { bcrypt } from 'hash-wasm'
import type { MariadbServer } from '../../../support/mariadb.ts'
import type { BackendInput } from '../../support/context.ts'
import { school, type SchoolPerson } from '../../support/school.ts'

export type WordpressInput = Extract<BackendInput, { type: 'wordpress' }>
type Cell = string | number | null

/** The tables of a WordPress site, as far as users go. */
export interface WordpressDatabase {
  readonly connection: NonNullable<WordpressInput['connection']>
  /** Makes a user and answers the ID. */
  addUser(user: WordpressUser): Promise<number>
  run(text: string, values?: readonly Cell[]): Promise<void>
  close(): Promise<void>
}

export interface WordpressUser {
  readonly login: string
  readonly email: string
  readonly name: string
  readonly nicename?: string
  readonly hash?: string
  /** Further columns of the user. */
  readonly columns?: Readonly<Record<string, Cell>>
  readonly meta?: Readonly<Record<string, string>>
}

export interface WordpressOptions {
  readonly prefix?: string
  /** A network of sites has two more columns. */
  readonly network?: boolean
  /** WordPress takes this one wherever the database has it. */
  readonly collation?: string
}

/** A database of its own with WordPress' tables. */
export async function makeWordpress(
  server: MariadbServer,
  { prefix = 'wp_', network = false, collation = 'utf8mb4_unicode_520_ci' }: WordpressOptions = {},
): Promise<WordpressDatabase> {
  const name = `wordpress_${randomBytes(6).toString('hex')}`
  await server.execute([`create database ${name} character set utf8mb4 collate ${collation}`])
  const admin = await server.connect(name)
  const table = `engine = InnoDB default charset = utf8mb4 collate = ${collation}`
  await admin.query(`
    create table ${prefix}users (
      ID bigint(20) unsigned not null auto_increment primary key,
      user_login varchar(60) not null default '',
      user_pass varchar(255) not null default '',
      user_nicename varchar(50) not null default '',
      user_email varchar(100) not null default '',
      user_url varchar(100) not null default '',
      user_registered datetime not null default '2020-01-01 00:00:00',
      user_activation_key varchar(255) not null default '',
      user_status int(11) not null default 0,
      display_name varchar(250) not null default '',
      ${network ? 'spam tinyint(2) not null default 0, deleted tinyint(2) not null default 0,' : ''}
      key user_login_key (user_login), key user_nicename (user_nicename), key user_email (user_email)
    ) ${table}`)
  await admin.query(`
    create table ${prefix}usermeta (
      umeta_id bigint(20) unsigned not null auto_increment primary key,
      user_id bigint(20) unsigned not null default 0,
      meta_key varchar(255) default null,
      meta_value longtext,
      key user_id (user_id), key meta_key (meta_key(191))
    ) ${table}`)

  const run = async (text: string, values: readonly Cell[] = []) => {
    await admin.query(text, [...values])
  }
  const insert = async (into: string, row: Readonly<Record<string, Cell>>): Promise<number> => {
    const columns = Object.keys(row)
    const text = `insert into ${into} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`
    const [result] = await admin.query(text, Object.values(row))
    return (result as { insertId: number }).insertId
  }
  return {
    connection: {
      type: 'mariadb',
      host: '127.0.0.1',
      port: server.port,
      database: name,
      user: server.reader.user,
      password: server.reader.password,
    },
    run,
    async addUser({ login, email, name, nicename = login, hash = '', columns = {}, meta = {} }) {
      const named = { user_login: login, user_nicename: nicename, user_email: email, display_name: name }
      const id = await insert(`${prefix}users`, { ...named, user_pass: hash, ...columns })
      for (const [key, value] of Object.entries(meta)) {
        await insert(`${prefix}usermeta`, { user_id: id, meta_key: key, meta_value: value })
      }
      return id
    },
    close: () => admin.end(),
  }
}

/** The school as WordPress can know it: one e-mail address a person, phone numbers in fields of the profile. */
export const wordpressSchool: readonly SchoolPerson[] = school.map((person) => ({
  ...person,
  emails: person.emails.slice(0, 1),
  canonical: [
    ...person.canonical.filter(([medium]) => medium === 'email').slice(0, 1),
    ...person.canonical.filter(([medium]) => medium === 'msisdn'),
  ],
}))

export async function addSchool(database: WordpressDatabase): Promise<void> {
  for (const { localpart, name, emails, phones, roles, password } of wordpressSchool) {
    const meta = Object.fromEntries(phones.map((phone, index) => [`phone${index}`, phone]))
    await database.addUser({
      login: localpart,
      name,
      email: emails[0] ?? '',
      hash: await wordpressHash(password),
      meta: { nickname: localpart, wp_capabilities: phpRoles(roles), ...meta },
    })
  }
}

/** As WordPress hashes since 6.8: bcrypt over a digest, after white space was cut off. */
export async function wordpressHash(password: string): Promise<string> {
  const digest = createHmac('sha384', 'wp-sha384').update(password.trim()).digest('base64')
  const hash = await bcrypt({ password: digest, salt: randomBytes(16), costFactor: 5, outputType: 'encoded' })
  return hash.replace(/^\$2[aby]\$/, '$wp$2y$')
}

/** What PHP's `serialize` makes of roles. */
export function phpRoles(roles: readonly string[]): string {
  const entries = roles.map((role) => `s:${Buffer.byteLength(role)}:"${role}";b:1;`)
  return `a:${roles.length}:{${entries.join('')}}`
}
