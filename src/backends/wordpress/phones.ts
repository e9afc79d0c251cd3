/** What people write between digits; the no-break space comes from web forms. */
const separators = [' ', '\u00a0', '-', '/', '.', '(', ')', '+']

/** SQL expression for the digits of a text column. MySQL before 8, which WordPress still runs on, has no REGEXP_REPLACE. */
export function digitsOf(column: string): string {
  return separators.reduce((digits, separator) => `REPLACE(${digits}, '${separator}', '')`, column)
}
