import type { ApiError } from '../../../api/api-error.ts'
import { keyOfProblem } from '../model.ts'

/** What is wrong with a section, by the path of the key. */
export function problemsByKey(error: ApiError | null): ReadonlyMap<string, string> {
  const problems = error?.problems ?? []
  return new Map(
    problems.map(({ path, message, fix }) => [
      keyOfProblem(path),
      fix === undefined ? message : `${message} ${fix}`,
    ]),
  )
}
