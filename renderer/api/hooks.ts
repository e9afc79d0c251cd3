import {
  QueryClient,
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query'
import { ApiError } from './api-error.ts'
import { useClient } from './client-context.ts'
import type { AnswerOf, CallOptions, Input, Route } from './client.ts'

export type Read = Extract<Route, `GET ${string}`>

/** Trying again helps when the server could not be reached or is busy; never when it has said no. */
const passing = new Set<string>(['unreachable', 'timeout', 'unavailable'])

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (count, error) => count < 2 && error instanceof ApiError && passing.has(error.code),
        retryDelay: (count) => 500 * 2 ** count,
        staleTime: 5_000,
        // The browser's guess about the network says nothing of a server on the same machine.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })
}

export interface ApiOptions<K extends Read = Read> {
  /** False: do not ask (yet). */
  readonly enabled?: boolean
  /** Milliseconds between two looks, where no event tells; or what the latest answer makes of it. */
  readonly refetchEvery?: number | ((answer: AnswerOf<K> | undefined) => number | false)
  /** Shows the former answer until the one for another input is there. */
  readonly keepPrevious?: boolean
}

/** The input is left out where the route wants none; `undefined` holds its place before options. */
type ReadArguments<K extends Read> =
  object extends Input<K>
    ? [input?: Input<K> | undefined, options?: ApiOptions<K>]
    : [input: Input<K>, options?: ApiOptions<K>]

/** Reads a route and keeps the answer up to date: `useApi('GET /api/backends/{id}', { params: { id } })`. */
export function useApi<K extends Read>(
  name: K,
  ...[input, options = {}]: ReadArguments<K>
): UseQueryResult<AnswerOf<K>, ApiError> {
  const client = useClient()
  const { enabled, refetchEvery, keepPrevious } = options
  return useQuery<AnswerOf<K>, ApiError>({
    queryKey: keyOf(name, input),
    queryFn: ({ signal }) => client.call(name, input as Input<K>, { signal }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(refetchEvery === undefined
      ? {}
      : {
          refetchInterval:
            typeof refetchEvery === 'number' ? refetchEvery : ({ state }) => refetchEvery(state.data),
        }),
    ...(keepPrevious === true ? { placeholderData: keepPreviousData } : {}),
  })
}

/** A page of a list: the rows, and what to ask for the next ones (null: that was all). */
interface CursorPage {
  readonly next: string | null
}

type CursorRead = { [K in Read]: AnswerOf<K> extends CursorPage ? K : never }[Read]

/** Reads a list page by page. The route takes `query.cursor` and answers with `next`. */
export function useApiPages<K extends CursorRead>(
  name: K,
  input: Input<K>,
): UseInfiniteQueryResult<InfiniteData<AnswerOf<K>>, ApiError> {
  const client = useClient()
  const { query, ...rest } = input as { readonly query?: object }
  return useInfiniteQuery<
    AnswerOf<K>,
    ApiError,
    InfiniteData<AnswerOf<K>>,
    readonly unknown[],
    string | null
  >({
    queryKey: keyOf(name, input),
    queryFn: ({ signal, pageParam }) => {
      const page = { ...rest, query: { ...query, ...(pageParam === null ? {} : { cursor: pageParam }) } }
      return client.call(name, page as unknown as Input<K>, { signal })
    },
    initialPageParam: null,
    getNextPageParam: (last) => (last as CursorPage).next,
    placeholderData: keepPreviousData,
  })
}

export interface ChangeOptions<K extends Route> extends Pick<CallOptions, 'timeoutMs'> {
  /** Reads whose answers the change makes old. Default: those below the same first part (`/api/backends`). */
  readonly invalidates?: readonly Read[]
  readonly onDone?: (answer: AnswerOf<K>) => void
}

/** Changes something: `const add = useChange('POST /api/backends')`, then `add.mutate({ body })`. */
export function useChange<K extends Exclude<Route, Read>>(
  name: K,
  options: ChangeOptions<K> = {},
): UseMutationResult<AnswerOf<K>, ApiError, object extends Input<K> ? Input<K> | void : Input<K>> {
  const client = useClient()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (input) =>
      client.call(
        name,
        (input ?? undefined) as Input<K>,
        options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs },
      ),
    onSuccess: async (answer) => {
      options.onDone?.(answer)
      await invalidate(queries, options.invalidates ?? areaOf(name))
    },
  })
}

/** Makes answers old: reads by name, or all below `/api/<area>`. */
export async function invalidate(queries: QueryClient, names: readonly Read[] | string): Promise<void> {
  await queries.invalidateQueries({
    predicate: ({ queryKey: [name] }) =>
      typeof names === 'string'
        ? typeof name === 'string' && areaOf(name) === names
        : names.some((one) => one === name),
  })
}

export const keyOf = (name: Route, input: unknown): readonly unknown[] => [name, input ?? null]

const areaOf = (name: string): string => name.split('/').slice(0, 3).join('/').replace(/^\w+ /, '')
