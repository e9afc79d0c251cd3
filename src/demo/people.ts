import { formatCsvRow } from '../backends/list/csv.ts'

/** A made-up person of the demo organisation, as its office wrote the row. */
export interface DemoPerson {
  readonly name: string
  /** The part of the Matrix ID before the colon. */
  readonly localpart: string
  /** As typed: capitals, umlauts and plus addresses included. */
  readonly email: string
  readonly phone: string | null
}

/** Everything below `.example` is reserved (RFC 2606): no mail to these people could ever arrive anywhere. */
export const demoDomain = 'linden.example'
/** Where phone numbers without a country code are dialled. */
export const demoCountry = 'GB'

/** Given and family names. Anna comes first: the story is hers. */
const names = [
  ...['Anna Keller', 'Mateo Fernández', 'Jürgen Müller', 'Aisha Rahman', 'Łukasz Wójcik', 'Chloé Dubois'],
  ...['Kwame Mensah', 'Nguyễn Minh', 'Sofia Rossi', 'Tariq Siddiqui', 'Ingrid Sørensen', 'Priya Sharma'],
  ...['Dmitri Volkov', 'Zeynep Yıldız', 'Liam O’Connor', 'Yuki Tanaka', 'Björn Åkesson', 'Fatima Haddad'],
  ...['João Pereira', 'Hana Nováková', 'Emeka Okafor', 'Mei Chen', 'Søren Groß', 'Leila Hosseini'],
  ...['Radu Ionescu', 'Grace Njeri', 'Andrés Castillo', 'Ewa Zielińska', 'Omar Benali', 'Tuulikki Mäkinen'],
  ...['Bram Janssen', 'Ananya Iyer', 'Niamh Byrne', 'Ivana Horvat', 'Seo-yeon Kim', 'Themba Nkosi'],
  ...['Katarína Kováčová', 'Amir Cohen', 'Elena Stoyanova', 'Rhys Morgan', 'Thandiwe Dube', 'Vasilis Pappas'],
  ...['Siti Lestari', 'Márton Szabó', 'Isabel Ortiz', 'Kalani Akana', 'Noor Khan', 'Oskar Weiß'],
  ...['Marisol Quispe', 'Tomás Silva'],
] as const

/** Fifty people, always the same ones. */
export function demoPeople(): readonly DemoPerson[] {
  return names.map((name, position) => {
    const localpart = asciiOf(name).replaceAll(' ', '.')
    return { name, localpart, email: emailOf(name, localpart, position), phone: phoneOf(position) }
  })
}

/** The table as a school office would keep it in a spreadsheet; `signpost list import` reads the same. */
export function demoCsv(people: readonly DemoPerson[]): string {
  const rows = people.map(({ name, email, phone, localpart }) => [name, email, phone ?? '', localpart])
  return [['Name', 'E-mail', 'Phone', 'Matrix ID'], ...rows].map((row) => `${formatCsvRow(row)}\n`).join('')
}

const letters: Readonly<Record<string, string>> = { ß: 'ss', ł: 'l', ø: 'o', ı: 'i', đ: 'd', æ: 'ae' }

function asciiOf(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z -]/g, (letter) => letters[letter] ?? '')
}

/** Different habits of writing the same kind of address, in turn. */
function emailOf(name: string, localpart: string, position: number): string {
  if (position % 9 === 7) return `${localpart}+school@${demoDomain}`
  const accented = name.toLowerCase().replaceAll(' ', '.').normalize('NFC')
  if (/[äöüßåø]/.test(accented)) return `${accented}@${demoDomain}`
  if (position % 5 === 1) return `${asciiOf(name).split(' ').map(capital).join('.')}@Linden.example`
  return `${localpart}@${demoDomain}`
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1)
}

/** Every third person has one, from ranges that Ofcom and NANPA keep free for films, in different spellings. */
function phoneOf(position: number): string | null {
  if (position % 3 !== 0) return null
  const number = String(100 + position * 7)
  if (position % 4 === 0) return `+1 202-555-01${String(10 + position).slice(-2)}`
  return position % 2 === 0 ? `+44 7700 900${number}` : `07700 900${number}`
}
