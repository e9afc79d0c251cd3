import { useSearchParams } from 'react-router'
import type { AnswerOf } from '../../api/client.ts'
import type { PlainKey } from '../../texts/use-text.tsx'

export type Invitation = AnswerOf<'GET /api/invitations'>['invitations'][number]

interface View {
  readonly id: string
  readonly label: PlainKey<'invitations'>
  readonly query: { readonly state?: string; readonly troubled?: 'true' }
}

const all: View = { id: '', label: 'filterAll', query: {} }

/** What can be shown, by its name in the address of the page. */
export const views: readonly View[] = [
  all,
  { id: 'open', label: 'filterOpen', query: { state: 'pending,resolved' } },
  { id: 'troubled', label: 'filterTroubled', query: { troubled: 'true' } },
  { id: 'arrived', label: 'filterDone', query: { state: 'delivered,accepted' } },
  { id: 'over', label: 'filterOver', query: { state: 'expired,revoked,failed' } },
]

/** The filters, as the address of the page has them. */
export function useFilters() {
  const [params, setParams] = useSearchParams()
  const view = views.find(({ id }) => id === params.get('show')) ?? all
  const q = params.get('q') ?? ''
  const change = (name: 'show' | 'q', value: string) =>
    setParams((former) => {
      const next = new URLSearchParams(former)
      if (value === '') next.delete(name)
      else next.set(name, value)
      return next
    })
  return { view, q, change, query: { ...view.query, ...(q === '' ? {} : { q }) } }
}
