import { exportCsv } from '../../backends/list/export-csv.ts'
import {
  countEntries,
  exportEntries,
  importEntries,
  previewImport,
  putEntry,
  removeEntries,
} from '../../backends/list/list.ts'
import type { Config } from '../../config/schema.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import { AdminError } from '../api/errors.ts'
import type { Handlers } from '../api/serve.ts'
import type { listContract } from './contract.ts'
import { isUsable, peopleElsewhere, readListFile } from './read-file.ts'
import { readRow } from './read-row.ts'
import { readRows } from './read-rows.ts'

export interface ListAreaOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  /** The configuration that runs: rows of a list that is only in the file would be asked by nobody. */
  readonly config: () => Config
}

const MOST_PROBLEMS = 200
const SAMPLE = 10

export function createListHandlers(options: ListAreaOptions): Handlers<typeof listContract> {
  const { storage, runtime, config } = options
  const domain = () => config().matrix.domain
  const needList = ({ id }: { readonly id: string }) => {
    const section = config().backends.find((backend) => backend.id === id)
    if (section?.type !== 'list') throw new AdminError('not-found')
    return id
  }

  return {
    async 'GET /api/list/{id}'({ params, query }) {
      const id = needList(params)
      const { search, cursor, limit } = query
      const page = await readRows(storage, id, {
        limit,
        ...(search === undefined ? {} : { search }),
        ...(cursor === undefined ? {} : { cursor }),
      })
      return { ...page, ...(await countEntries(storage, id)) }
    },

    async 'PUT /api/list/{id}/row'({ params, body: { former, ...typed } }, { note }) {
      const id = needList(params)
      const entry = readRow(typed, domain())
      const put = await putEntry(storage, id, entry, former ?? null)
      if (put === 'taken') {
        throw new AdminError('conflict', {
          message: 'This address is in the list already.',
          fix: 'Change the row that it has; an address leads to one person.',
        })
      }
      note({ target: `${id} ${entry.mxid}` })
      return entry
    },

    async 'POST /api/list/{id}/remove'({ params, body }, { note }) {
      const id = needList(params)
      const removed = await removeEntries(storage, id, body.rows)
      note({ target: id, after: { removed } })
      return { removed }
    },

    async 'POST /api/list/{id}/preview'({ params, body: { base64, country = '', mode } }) {
      const id = needList(params)
      const table = readListFile(base64, { domain: domain(), country })
      const { entries, problems, ignoredColumns } = table
      return {
        people: new Set(entries.map(({ mxid }) => mxid)).size,
        addresses: entries.length,
        problems: problems.slice(0, MOST_PROBLEMS),
        problemCount: problems.length,
        ignoredColumns,
        elsewhere: peopleElsewhere(table, domain()),
        result: isUsable(table) ? await previewImport(storage, id, entries, mode) : null,
        sample: entries.slice(0, SAMPLE),
      }
    },

    async 'POST /api/list/{id}/import'({ params, body: { base64, country = '', mode } }, { note }) {
      const id = needList(params)
      const table = readListFile(base64, { domain: domain(), country })
      if (!isUsable(table)) {
        throw new AdminError('invalid', {
          message: 'Nothing, or not all, of the file can be read.',
          fix: 'Look at its preview and correct the file.',
        })
      }
      const result = await importEntries(storage, runtime, id, table.entries, mode)
      note({ target: id, after: { mode, ...result } })
      return result
    },

    async 'POST /api/list/{id}/export'({ params }, { note }) {
      const id = needList(params)
      const lines: string[] = []
      for await (const line of exportCsv(exportEntries(storage, id))) lines.push(line)
      note({ target: id })
      return { csv: `${lines.join('\r\n')}\r\n` }
    },
  }
}
