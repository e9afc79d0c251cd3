/** What a column holds. `address` is an e-mail address or a phone number, told by the medium or by its look. */
export type ColumnKind =
  'address' | 'email' | 'phone' | 'mxid' | 'user' | 'medium' | 'name' | 'given' | 'family'

export interface Column {
  readonly kind: ColumnKind
  /** As the file has it. */
  readonly title: string
  readonly index: number
  /** Holds digits with the country code, as Matrix writes them: the default country does not apply. */
  readonly international: boolean
}

export interface Columns {
  readonly columns: readonly Column[]
  /** Titles of columns that mean nothing to Signpost. */
  readonly ignored: readonly string[]
}

/** Titles in lower case with single spaces, in English and German, of common exports (Outlook, Google, LDAP, schools). */
const titles: Readonly<Record<ColumnKind, readonly string[]>> = {
  address: ['address', 'adresse', 'threepid', '3pid'],
  email: ['email', 'e mail', 'mail', 'emailadresse', 'mailadresse', 'e mailadresse', 'emailaddress'],
  phone: [
    ...[
      'phone',
      'telephone',
      'tel',
      'telefon',
      'telefonnummer',
      'telephonenumber',
      'rufnummer',
      'msisdn',
      'cell',
    ],
    ...[
      'mobile',
      'mobile phone',
      'mobil',
      'mobiltelefon',
      'mobilnummer',
      'handy',
      'handynummer',
      'cellphone',
    ],
  ],
  mxid: ['mxid', 'matrix', 'matrix id', 'matrixid', 'matrix user', 'matrix user id', 'matrix kennung'],
  user: [
    ...['user', 'user id', 'userid', 'username', 'user name', 'login', 'uid'],
    ...['benutzer', 'benutzername', 'benutzer id', 'benutzerkennung', 'nutzername', 'kennung'],
  ],
  medium: ['medium'],
  name: ['name', 'display name', 'displayname', 'anzeigename', 'full name', 'fullname', 'vollständiger name'],
  given: ['first name', 'firstname', 'given name', 'givenname', 'vorname'],
  family: ['last name', 'lastname', 'surname', 'family name', 'sn', 'nachname', 'familienname'],
}
const kindOfTitle = new Map(
  Object.entries(titles).flatMap(([kind, names]) => names.map((name) => [name, kind as ColumnKind] as const)),
)

/** Words around the one that matters: `E-mail 1 - Value`, `Business Phone`, `Telefon (privat)`. */
const qualifiers = new Set(
  (
    '1 2 3 4 5 value wert address adresse number nummer primary private privat personal home work business ' +
    'dienstlich geschäftlich beruflich school schule'
  ).split(' '),
)

/** Tells what each title stands for. A general column gives way to a special one: postal addresses are no addresses. */
export function readHeader(cells: readonly string[]): Columns {
  const all = cells.flatMap((cell, index) => {
    const kind = kindOf(cell)
    const title = cell.trim()
    return kind === undefined ? [] : [{ kind, title, index, international: wordsOf(cell).includes('msisdn') }]
  })
  const has = (...kinds: readonly ColumnKind[]) => all.some((column) => kinds.includes(column.kind))
  const columns = all.filter(({ kind }) => {
    if (kind === 'address') return !has('email', 'phone')
    return kind !== 'user' || !has('mxid')
  })
  const used = new Set(columns.map((column) => column.index))
  const ignored = cells
    .filter((cell, index) => cell.trim() !== '' && !used.has(index))
    .map((cell) => cell.trim())
  return { columns, ignored }
}

function kindOf(title: string): ColumnKind | undefined {
  const words = wordsOf(title)
  const bare = words.filter((word) => !qualifiers.has(word))
  return kindOfTitle.get(words.join(' ')) ?? kindOfTitle.get(bare.join(' '))
}

function wordsOf(title: string): readonly string[] {
  return title
    .toLowerCase()
    .normalize('NFC')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
}
