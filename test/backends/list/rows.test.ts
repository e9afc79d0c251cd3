import { describe, expect, test } from 'vitest'
import { decodeCsv, guardCell, isWorkbook, unguardCell } from '../../../src/backends/list/csv.ts'
import { readTable } from '../../../src/backends/list/rows.ts'

const read = (text: string, country?: string) =>
  readTable(text, { domain: 'example.org', ...(country === undefined ? {} : { country }) })

/** `medium address mxid name`, for short expectations. */
function found(text: string, country?: string): readonly string[] {
  const { entries, problems } = read(text, country)
  expect(problems).toEqual([])
  return entries.map(({ medium, address, mxid, displayName }) =>
    [medium, address, mxid, displayName ?? '-'].join(' '),
  )
}

function problems(text: string, country?: string): readonly string[] {
  return read(text, country).problems.map(({ line, column, value, message }) =>
    [line, column, value, message].join('|'),
  )
}

describe('the header of a list', () => {
  test.each([
    ['email,mxid,name', 'anna@example.org,@anna:example.org,Anna'],
    ['Name,Matrix ID,E-Mail', 'Anna,@anna:example.org,anna@example.org'],
    ['E-Mail-Adresse;Benutzername;Anzeigename', 'anna@example.org;anna;Anna'],
    ['mail\tuser_id\tdisplay name', 'anna@example.org\t@anna:example.org\tAnna'],
    ['Vorname,Name,Klasse,E-Mail 1 - Wert,Matrix', ',Anna,7b,anna@example.org,anna'],
    ['"E-mail Address","USER","Display_Name"', '"anna@example.org","@anna:example.org","Anna"'],
    ['address,mxid,name', 'anna@example.org,@anna:example.org,Anna'],
    ['medium,address,mxid,name', 'email,anna@example.org,@anna:example.org,Anna'],
    ['Login,MXID,E-Mail dienstlich,Name', 'a.m,anna,anna@example.org,Anna'],
    ['Adresse,E-Mail,User,Name', 'Hauptstraße 1,anna@example.org,anna,Anna'],
  ])('is understood in any order and in two languages: %j', (header, row) => {
    expect(found(`${header}\n${row}\n`)).toEqual(['email anna@example.org @anna:example.org Anna'])
  })

  test.each([
    'phone',
    'Tel.',
    'Telefon',
    'MSISDN',
    'Mobile Phone',
    'Handynummer',
    'Telefon (privat)',
    'address',
  ])('knows phone numbers under the title %j', (title) => {
    expect(found(`${title},mxid\n+49 170 1234567,anna\n`)).toEqual([
      'msisdn 491701234567 @anna:example.org -',
    ])
  })

  test('names the columns that mean nothing', () => {
    expect(read('email,mxid,Klasse,Ort\na@x.org,a,7b,Ulm\n').ignoredColumns).toEqual(['Klasse', 'Ort'])
  })

  test.each([
    ['', 'The file is empty.'],
    ['\n \n', 'The file is empty.'],
    ['email,name\na@x.org,A\n', 'No column holds Matrix IDs.'],
    ['name,mxid\nA,@a:x.org\n', 'No column holds e-mail addresses or phone numbers.'],
    ['email,login,username\na@x.org,a,b\n', '"login" and "username" could both hold the Matrix IDs.'],
    ['email,mxid\n', 'There are no rows below the header.'],
  ])('is refused when something is missing: %j', (text, message) => {
    const { entries, problems: found } = read(text)
    expect(entries).toEqual([])
    expect(found.map((problem) => problem.message)).toContain(message)
  })
})

describe('the rows of a list', () => {
  test('give an entry for every address in them', () => {
    const text =
      'email,email 2,phone,mxid,name\na@x.org,b@x.org,+49 170 1234567,anna,Anna\n,,0171 7654321,bob,\n'
    expect(found(text, 'DE')).toEqual([
      'email a@x.org @anna:example.org Anna',
      'email b@x.org @anna:example.org Anna',
      'msisdn 491701234567 @anna:example.org Anna',
      'msisdn 491717654321 @bob:example.org -',
    ])
  })

  test('may be told apart by a medium or by their look', () => {
    const text =
      'medium,address,mxid\nemail,a@x.org,a\nmsisdn,491701234567,b\n,c@x.org,c\n,+49 170 7654321,d\nPhone,0049 171 1111111,e\n'
    expect(found(text).map((entry) => entry.split(' ').slice(0, 2).join(' '))).toEqual([
      'email a@x.org',
      'msisdn 491701234567',
      'email c@x.org',
      'msisdn 491707654321',
      'msisdn 491711111111',
    ])
  })

  test('hold addresses in canonical form', () => {
    expect(found('email,mxid\nStraße@BÜCHER.example,a\n')).toEqual([
      'email strasse@xn--bcher-kva.example @a:example.org -',
    ])
  })

  test('survive what spreadsheets do: mark, CRLF, quotes, blank rows, missing cells', () => {
    const text =
      '\uFEFFsep=;\r\nemail;mxid;name\r\n\r\n"a@x.org";"a";"Meier; ""Anna""\r\nB."\r\n;;\r\nb@x.org;b'
    expect(found(text)).toEqual([
      'email a@x.org @a:example.org Meier; "Anna" B.',
      'email b@x.org @b:example.org -',
    ])
  })

  test('keep a quotation mark in the middle of a cell', () => {
    expect(found('email,mxid,name\na@x.org,a,Anna "Nan" Meier\n')).toEqual([
      'email a@x.org @a:example.org Anna "Nan" Meier',
    ])
  })

  test.each([
    ['Vorname,Nachname', 'Anna,Meier', 'Anna Meier'],
    ['Vorname,Name', 'Anna,Meier', 'Anna Meier'],
    ['First Name,Name', 'Anna,Anna Meier', 'Anna Meier'],
    ['Name,Last Name', 'Anna Meier,Meier', 'Anna Meier'],
  ])('put a name together from %s', (header, cells, name) => {
    expect(read(`email,mxid,${header}\na@x.org,a,${cells}\n`).entries[0]?.displayName).toBe(name)
  })

  test.each([
    ['anna', '@anna:example.org'],
    ['@anna', '@anna:example.org'],
    ['Anna.Meier', '@anna.meier:example.org'],
    ['@Anna:other.org', '@Anna:other.org'],
    ['@anna:other.org:8448', '@anna:other.org:8448'],
  ])('read %s as a Matrix ID', (cell, mxid) => {
    expect(read(`email,mxid\na@x.org,${cell}\n`).entries[0]?.mxid).toBe(mxid)
  })

  test.each([
    [
      'anna@example.org',
      'is an e-mail address, not a Matrix ID',
      'Write it like @anna:example.org, or only anna.',
    ],
    ['anna:example.org', 'is not a Matrix ID', 'Write @anna:example.org'],
    ['Anna Meier', 'is not a Matrix ID', 'Write it like @anna:example.org, or only anna.'],
    ['@anna:exa mple', 'is not a Matrix ID', 'Write it like @anna:example.org, or only anna.'],
  ])('refuse %j as a Matrix ID', (cell, message, fix) => {
    expect(read(`email,mxid\na@x.org,${cell}\n`)).toMatchObject({
      entries: [],
      problems: [{ line: 2, column: 'mxid', value: cell, message, fix }],
    })
  })

  test.each([
    ['0170 1234567', 'is not a phone number with its country code', 'is read'],
    [
      '491701234567',
      'is not a phone number with its country code',
      'can be read with or without a country code',
    ],
    ['4.91702E+11', 'was shortened by a spreadsheet: digits are missing', 'was shortened'],
    ['12', 'is not a phone number with its country code', 'is not a phone number'],
    ['+49 170 1234567 ext 5', 'is not a phone number with its country code', 'is not a phone number'],
  ])('are strict with the phone number %s, with and without a country', (cell, without, withCountry) => {
    expect(problems(`phone,mxid\n"${cell}",a\n`)).toEqual([`2|phone|${cell}|${without}`])
    if (withCountry === 'is read') expect(found(`phone,mxid\n${cell},a\n`, 'DE')).toHaveLength(1)
    else expect(problems(`phone,mxid\n"${cell}",a\n`, 'de').join()).toContain(withCountry)
  })

  test.each([
    ['0049 (0)170 / 123.45-67', ''],
    ['(0170) 1234567', 'DE'],
    ['1701234567', 'de'],
    ["'+49 170 1234567", ''],
    ['tel:+49-170-1234567', ''],
  ])('read the phone number %s', (cell, country) => {
    expect(read(`phone,mxid\n"${cell}",a\n`, country).entries).toMatchObject([{ address: '491701234567' }])
  })

  test('name line, column, value and fault of everything that cannot be used, and go on', () => {
    const text = [
      'email,phone,mxid,name',
      'a@x.org,,a,"two',
      'lines"',
      'nonsense,+49 170 1234567,b,',
      '"Bob <b@x.org>",,b,',
      'c@x.org,,,',
      ',,d,',
      'e@x.org,,e,,surplus',
      'f@x.org,,f,',
    ].join('\n')
    expect(problems(text)).toEqual([
      '4|email|nonsense|is not an e-mail address',
      '5|email|Bob <b@x.org>|is not a single e-mail address',
      '6|||The row has no Matrix ID.',
      '7|||The row has neither an e-mail address nor a phone number.',
      '8|||The row has more cells than the header.',
    ])
    expect(read(text).entries.map(({ address }) => address)).toEqual(['a@x.org', '491701234567', 'f@x.org'])
  })

  test('give an address to the first of two people, and take the same person twice for once', () => {
    const text = 'email,mxid\na@x.org,anna\nA@X.org,bob\na@x.org,anna\n'
    expect(read(text).entries).toHaveLength(1)
    expect(problems(text)).toEqual(['3|email|A@X.org|already belongs to @anna:example.org (line 2)'])
  })

  test('end before a quotation mark that is never closed', () => {
    const text = 'email,mxid\na@x.org,a\n"b@x.org,b\nc@x.org,c\n'
    expect(read(text)).toMatchObject({
      complete: false,
      entries: [{ address: 'a@x.org' }],
      problems: [{ line: 3 }],
    })
  })

  test('refuse an unknown medium', () => {
    expect(problems('medium,address,mxid\nfax,a@x.org,a\n')).toEqual(['2|medium|fax|is not a medium'])
  })
})

describe('the bytes of a file', () => {
  const text = 'email;mxid;name\nj@x.org;j;Jürgen Größe\n'
  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with its mark', Buffer.from(`\uFEFF${text}`)],
    ['Windows-1252', Buffer.from(text, 'latin1')],
    ['UTF-16 with its mark', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16, big-endian', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
  ])('are read as %s', (_name, bytes) => {
    expect(read(decodeCsv(bytes) ?? '').entries[0]?.displayName).toBe('Jürgen Größe')
  })

  test('are no text when they hold a zero', () => {
    expect(decodeCsv(Buffer.from([65, 0, 66]))).toBeNull()
  })

  test('are known as a workbook', () => {
    expect(isWorkbook(Buffer.from('PK\u0003\u0004rest'))).toBe(true)
    expect(isWorkbook(Buffer.from('Phone,mxid'))).toBe(false)
  })
})

test.each(['=1+1', '+x', '-x', '@SUM(A1)', "'=x", "''=x", "'x", 'Anna', ''])(
  '%j is guarded and comes back',
  (text) => {
    expect(guardCell(text)).not.toMatch(/^[=+\-@]/)
    expect(unguardCell(guardCell(text))).toBe(text)
  },
)
