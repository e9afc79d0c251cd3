import type { AnswerOf } from '../../../api/client.ts'
import { useApi } from '../../../api/hooks.ts'

export type InviteList = AnswerOf<'GET /api/invite-lists'>['lists'][number]

const OFTEN_MS = 3_000

/** Lists of people; looked at often while one of them is under way. */
export function useLists() {
  return useApi('GET /api/invite-lists', undefined, {
    refetchEvery: (answer) => (answer?.lists.some(({ state }) => state === 'running') ? OFTEN_MS : false),
  })
}
