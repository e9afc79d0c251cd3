export type SqlType = 'sqlite' | 'postgres' | 'mysql' | 'mariadb'

/** `user` is a word of SQL; each database has its own quotes. */
export function userColumn(type: SqlType): string {
  return type === 'mysql' || type === 'mariadb' ? '`user`' : '"user"'
}

/**
 * Puts names in the place of the question marks of a JDBC query, one after the other; the last name serves for all that
 * follow. Quoted texts stay as they are.
 */
export function named(query: string, names: readonly string[]): string {
  let at = 0
  return query
    .trim()
    .replace(/;$/, '')
    .replaceAll(/'(?:[^']|'')*'|"[^"]*"|`[^`]*`|\?/g, (found) => {
      if (found !== '?') return found
      const name = names[Math.min(at, names.length - 1)] ?? ''
      at++
      return `:${name}`
    })
}

/** Gives the columns of a query names by their place, as mxisd read them. */
export function withColumns(query: string, columns: readonly string[]): string {
  return `WITH q(${columns.join(', ')}) AS (${query}) SELECT ${columns.join(', ')} FROM q`
}

/** Who has an address: medium and address are its two parameters, `uid` its column. */
export function lookupQuery(query: string, type: SqlType): string {
  return `SELECT q.uid AS ${userColumn(type)} FROM (${named(query, ['medium', 'address'])}) q`
}

/** Queries of single mediums as one, `general` for all others; each gets both parameters, as mxisd bound them. */
export function lookupQueryByMedium(
  single: readonly (readonly [medium: string, query: string])[],
  general: string | undefined,
  type: SqlType,
): string {
  const mediums = single.map(([medium]) => `'${medium}'`).join(', ')
  return [
    ...single.map(([medium, query]) => `${lookupQuery(query, type)} WHERE :medium = '${medium}'`),
    ...(general === undefined ? [] : [`${lookupQuery(general, type)} WHERE :medium NOT IN (${mediums})`]),
  ].join(' UNION ALL ')
}

/** Everybody, from the columns mxid, medium and address. */
export function listQuery(query: string, type: SqlType): string {
  const user = userColumn(type)
  return `SELECT q.mxid AS ${user}, q.medium AS medium, q.address AS address FROM (${named(query, [])}) q ORDER BY 1`
}
