import { createContext, use, useEffect } from 'react'
import attention from '../icons/attention.svg'
import ok from '../icons/ok.svg'
import stopped from '../icons/stopped.svg'
import { useText } from '../texts/use-text.tsx'

const icons = { ok, attention, stopped }

/** How Signpost is, as the tab of the browser shows it. */
export type Health = keyof typeof icons

export const HealthContext = createContext<Health>('ok')

export function useFavicon(health: Health): void {
  useEffect(() => {
    document.querySelector('link[rel="icon"]')?.setAttribute('href', icons[health])
  }, [health])
}

/** Names the window after what it shows; the state is said in words for those who do not see the icon. */
export function useDocumentTitle(title: string): void {
  const t = useText('shell')
  const health = use(HealthContext)
  const spoken =
    health === 'ok' ? title : t(health === 'attention' ? 'titleAttention' : 'titleStopped', { title })
  useEffect(() => {
    document.title = `${spoken} · Signpost`
  }, [spoken])
}
