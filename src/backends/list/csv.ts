import { CsvError, parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'

export interface CsvRow {
  /** Counted from 1; the first one of a row whose cells hold line breaks. */
  readonly line: number
  readonly cells: readonly string[]
}

export interface CsvTable {
  /** Without blank rows; the header is the first. */
  readonly rows: readonly CsvRow[]
  /** The line of a quotation mark that is never closed: `rows` ends before it. */
  readonly brokenLine: number | null
}

/**
 * The text of a file as spreadsheets write it: UTF-8, UTF-16 with its mark ("Unicode text"), else Windows-1252, which
 * is what "CSV" means to Excel in western Europe. Null for what is no text.
 */
export function decodeCsv(bytes: Uint8Array): string | null {
  const text = decode(bytes)
  return text.includes('\0') ? null : text
}

function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** An Excel workbook is a ZIP archive, or in its old form an OLE file. */
export function isWorkbook(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex')
  return start === '504b0304' || start === 'd0cf11e0'
}

/** Reads rows of cells (RFC 4180) separated by comma, semicolon or tab, whichever the first line holds most of. */
export function parseCsv(text: string): CsvTable {
  // Excel's own way of naming the separator is blanked, so that the lines keep their numbers.
  const directive = /^\uFEFF?sep=([,;\t])\r?$/m.exec(text.slice(0, 8))
  const body = directive?.index === 0 ? text.slice(directive[0].length) : text.replace(/^\uFEFF/, '')
  const rows: CsvRow[] = []
  let line = 1
  try {
    parse(body, {
      delimiter: directive?.[1] ?? separatorOf(body),
      relax_column_count: true,
      relax_quotes: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      on_record: (cells: string[], { lines }) => {
        if (cells.some((cell) => cell.trim() !== '')) rows.push({ line, cells })
        line = lines + 1
        return null
      },
    })
    return { rows, brokenLine: null }
  } catch (error) {
    if (error instanceof CsvError) return { rows, brokenLine: line }
    throw error
  }
}

function separatorOf(text: string): string {
  const header =
    text
      .trimStart()
      .split(/[\r\n]/, 1)[0]
      ?.replaceAll(/"[^"]*"/g, '') ?? ''
  const count = (separator: string) => header.split(separator).length
  return [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best))
}

/** One row, without its line end. */
export function formatCsvRow(cells: readonly string[]): string {
  return stringify([[...cells]], { eof: false })
}

/**
 * Free text for a cell. A spreadsheet runs what begins with one of these characters as a formula
 * (https://owasp.org/www-community/attacks/CSV_Injection); an apostrophe before it makes it text.
 */
export function guardCell(text: string): string {
  return /^'*[=+\-@]/.test(text) ? `'${text}` : text
}

/** The inverse of `guardCell`. */
export function unguardCell(text: string): string {
  return /^'+[=+\-@]/.test(text) ? text.slice(1) : text
}
