import { caseFold } from '../../matrix/case-folding.ts'
import type { SqlTable } from './config.ts'
import type { Dialect } from './named-parameters.ts'

/** The statements for a table that is described rather than queried. All names are quoted, all values are parameters. */
export interface TableSql {
  /** Parameter `emails`: folded addresses. */
  readonly byEmail: string
  /** Parameters `length`, and `endings`: the last so many digits of phone numbers. */
  readonly byPhone: string
  readonly list: string
  /** Parameter `pattern`. */
  readonly byName: string
  /** Parameters `pattern`, and `digits`: a pattern of digits, or null. */
  readonly byPartOfAddress: string
  /** Parameter `user`: folded. */
  readonly byUser: string
  readonly count: string
}

export function tableSql(table: SqlTable, dialect: Dialect): TableSql {
  const quote = (name: string) =>
    dialect === 'mysql' ? `\`${name.replaceAll('`', '``')}\`` : `"${name.replaceAll('"', '""')}"`
  const { fold, digits, ending, binary, words } = expressions[dialect]
  const from = table.name.split('.').map(quote).join('.')
  const user = quote(table.user)
  const key = quote(table.id ?? table.user)
  const emails = table.emails.map(quote)
  const phones = table.phones.map(quote)

  const fields = [
    `${key} as person_key`,
    `${user} as person_user`,
    `${table.displayName === undefined ? 'null' : quote(table.displayName)} as person_name`,
    ...emails.map((column, i) => `${column} as email_${i}`),
    ...phones.map((column, i) => `${column} as phone_${i}`),
  ]
  const disabled = table.disabled === undefined ? null : quote(table.disabled)
  const isEnabled =
    disabled === null ? '1 = 1' : `lower(coalesce(${words(disabled)}, '')) in (${offWords[dialect]})`
  const where = (conditions: readonly string[]) =>
    `select ${fields.join(', ')} from ${from} where ${isEnabled} and (${anyOf(conditions)})`

  return {
    byEmail: where(emails.map((column) => `${fold(column)} in (:emails)`)),
    byPhone: where(phones.map((column) => `${ending(digits(column), ':length')} in (:endings)`)),
    list: `select ${fields.join(', ')} from ${from} where ${isEnabled} order by ${binary(key)}`,
    byName:
      table.displayName === undefined
        ? where([])
        : `${where([`${fold(quote(table.displayName))} like :pattern escape '!'`])} order by ${user}`,
    byPartOfAddress: `${where([
      ...emails.map((column) => `${fold(column)} like :pattern escape '!'`),
      ...phones.map((column) => `${digits(column)} like :digits`),
    ])} order by ${user}`,
    byUser: [
      `select ${fields.join(', ')}, ${table.password === undefined ? 'null' : quote(table.password)} as person_hash,`,
      `${disabled ?? 'null'} as person_disabled from ${from} where ${fold(user)} = :user`,
    ].join(' '),
    count: `select count(*) as people from ${from} where ${isEnabled}`,
  }
}

/** What `isYes` takes for no. */
const noes = `'', '0', 'f', 'false', 'n', 'no', 'off'`
const offWords: Readonly<Record<Dialect, string>> = {
  sqlite: noes,
  postgres: noes,
  // A BIT(1), and the date that is none.
  mysql: `${noes}, '\\0', '0000-00-00', '0000-00-00 00:00:00'`,
}

/** A text as `fold` makes it of a column. */
export function foldText(text: string, dialect: Dialect): string {
  return dialect === 'sqlite' ? caseFold(text) : text.trim().toLowerCase().replaceAll('ß', 'ss')
}

/** With nothing to compare, nobody is meant. */
function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '1 = 0' : conditions.join(' or ')
}

interface Expressions {
  /**
   * A text folded as far as the database can, to find candidates: what they mean is read afterwards. SQLite asks the
   * folding of Matrix itself. The others fold as their locale or collation does; only the ß is written out.
   */
  readonly fold: (column: string) => string
  readonly digits: (column: string) => string
  readonly ending: (text: string, length: string) => string
  /** An order in which equal means the same bytes: rows of one key come together only so. */
  readonly binary: (column: string) => string
  /** Whatever type the column has, as text. */
  readonly words: (column: string) => string
}

const lowered = (text: string) => `replace(lower(trim(${text})), 'ß', 'ss')`

const expressions: Readonly<Record<Dialect, Expressions>> = {
  sqlite: {
    fold: (column) => `signpost_fold(${column})`,
    digits: (column) => `signpost_digits(${column})`,
    ending: (text, length) => `substr(${text}, -${length})`,
    binary: (column) => `${column} collate binary`,
    words: (column) => `cast(${column} as text)`,
  },
  postgres: {
    fold: (column) => lowered(`cast(${column} as text)`),
    digits: (column) => `regexp_replace(cast(${column} as text), '[^0-9]', '', 'g')`,
    ending: (text, length) => `right(${text}, ${length}::int)`,
    binary: (column) => column,
    words: (column) => `cast(${column} as text)`,
  },
  mysql: {
    fold: lowered,
    digits: (column) => `regexp_replace(${column}, '[^0-9]', '')`,
    ending: (text, length) => `right(${text}, ${length})`,
    binary: (column) => `cast(${column} as binary)`,
    words: (column) => `cast(${column} as char)`,
  },
}
