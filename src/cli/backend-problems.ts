import { maskText } from '../activity/masking.ts'
import type { Conflict } from '../backends/sync/conflicts.ts'
import { readProblems } from '../backends/sync/problems.ts'
import type { BackendCommandOptions } from './backend-commands.ts'
import { chooseBackend } from './choose-backend.ts'
import { exitCodes } from './config-commands.ts'
import { withData, type DataContext } from './open-data.ts'

const MOST_SHOWN = 50

/** `signpost backend problems ID`: what of the directory is left out or claimed twice. Exit code 3 when there is nothing. */
export async function showProblems(
  io: DataContext,
  id: string,
  { full }: BackendCommandOptions,
): Promise<number> {
  const shown = (text: string) => (full ? text : maskText(text)).replaceAll(/\p{Cc}/gu, ' ').slice(0, 120)
  return await withData(io, async ({ config, storage }) => {
    chooseBackend(config, id)
    const problems = await readProblems(storage.db, id, MOST_SHOWN)
    const { conflicts } = problems
    const rejected = problems.rejected.map(({ key, values }) => ({
      key: shown(key),
      values: values.map((each) => ({ ...each, value: shown(each.value) })),
    }))
    if (io.json)
      io.out(JSON.stringify({ rejected, conflicts: conflicts.map((one) => maskedConflict(one, shown)) }))
    else {
      for (const { key, values } of rejected) {
        for (const { field, value, reason } of values) io.out(`${key}: ${field} "${value}" ${reason}`)
      }
      for (const conflict of conflicts) io.out(describeConflict(maskedConflict(conflict, shown)))
      if (rejected.length + conflicts.length === 0) io.out(`Nothing is wrong with the people of "${id}".`)
    }
    return rejected.length + conflicts.length === 0 ? exitCodes.notFound : exitCodes.fine
  })
}

function maskedConflict(conflict: Conflict, shown: (text: string) => string): Conflict {
  return conflict.type === 'address'
    ? { ...conflict, address: shown(conflict.address) }
    : { ...conflict, keys: conflict.keys.map(shown) }
}

function describeConflict(conflict: Conflict): string {
  if (conflict.type === 'user')
    return `${conflict.mxid} is the Matrix ID of several entries: ${conflict.keys.join(' and ')}`
  const [first = '', ...others] = conflict.mxids
  return `${conflict.medium} ${conflict.address} is claimed by ${conflict.mxids.join(' and ')}; ${first} is answered, not ${others.join(', ')}`
}
