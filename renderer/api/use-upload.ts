import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { AdminContract } from '../../src/admin/contract.ts'
import { ApiError } from './api-error.ts'
import type { AnswerOf, Input, Route } from './client.ts'
import { invalidate, type Read } from './hooks.ts'
import { sendFile } from './send-file.ts'

type FileRoute = {
  [K in Route]: AdminContract[K] extends { readonly takesFile: true } ? K : never
}[Route]

export interface UploadOptions<K extends FileRoute> {
  /** Reads whose answers a new file makes old. */
  readonly invalidates: readonly Read[]
  readonly onDone?: (answer: AnswerOf<K>) => void
}

export interface Upload<K extends FileRoute> {
  readonly isPending: boolean
  /** 0 to 1: how much of it has left. */
  readonly progress: number
  readonly error: ApiError | null
  /** Null when it was cancelled or failed. */
  send(file: Blob, input: Input<K>): Promise<AnswerOf<K> | null>
  cancel(): void
  reset(): void
}

/** Sends a file of any size: `const upload = useUpload('PUT /api/backups/{name}/file', …)`. */
export function useUpload<K extends FileRoute>(name: K, options: UploadOptions<K>): Upload<K> {
  const queries = useQueryClient()
  const [progress, setProgress] = useState(0)
  const abort = useRef<AbortController | null>(null)
  const mutation = useMutation<AnswerOf<K> | null, ApiError, { file: Blob; input: Input<K> }>({
    async mutationFn({ file, input }) {
      abort.current = new AbortController()
      const { signal } = abort.current
      setProgress(0)
      try {
        return (await sendFile({ name, input, file, signal, onProgress: setProgress })) as AnswerOf<K>
      } catch (error) {
        if (signal.aborted) return null
        if (error instanceof ApiError && error.code === 'signed-out')
          void invalidate(queries, ['GET /api/session'])
        throw error
      }
    },
    async onSuccess(answer) {
      if (answer === null) return
      options.onDone?.(answer)
      await invalidate(queries, options.invalidates)
    },
  })
  return {
    progress,
    isPending: mutation.isPending,
    error: mutation.error,
    send: (file, input) => mutation.mutateAsync({ file, input }).catch(() => null),
    cancel: () => abort.current?.abort(),
    reset: () => mutation.reset(),
  }
}
