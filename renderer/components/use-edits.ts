import { useCallback, useMemo, useState } from 'react'
import type { Input } from '../api/client.ts'

/** A new value for a key; `undefined` takes it back to its default. */
export interface Edit {
  readonly value: unknown
}

type Change = Input<'PUT /api/settings'>['body']['changes'][number]

export interface Edits {
  readonly count: number
  readonly of: (path: string) => Edit | undefined
  readonly set: (path: string, value: unknown) => void
  /** Takes an edit back. */
  readonly drop: (path: string) => void
  readonly clear: () => void
  readonly changes: () => Change[]
}

/** What was typed and not saved yet, by path. */
export function useEdits(): Edits {
  const [edits, setEdits] = useState<ReadonlyMap<string, Edit>>(new Map())
  const set = useCallback(
    (path: string, value: unknown) => setEdits((former) => new Map(former).set(path, { value })),
    [],
  )
  const drop = useCallback(
    (path: string) =>
      setEdits((former) => {
        const next = new Map(former)
        next.delete(path)
        return next
      }),
    [],
  )
  const clear = useCallback(() => setEdits(new Map()), [])
  return useMemo(
    () => ({
      count: edits.size,
      of: (path) => edits.get(path),
      set,
      drop,
      clear,
      changes: () =>
        [...edits].map(([path, { value }]) => ({
          path: path.split('.'),
          ...(value === undefined ? {} : { value }),
        })),
    }),
    [edits, set, drop, clear],
  )
}
