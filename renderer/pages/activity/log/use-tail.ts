import { useEffect, useState } from 'react'
import type { Feed } from './feed.ts'

/** From here on somebody reads what is further down, and rows must not move under their eyes. */
const AWAY_PX = 160

export interface Tail {
  /** Paused by the button, not by the way down. */
  readonly isHeld: boolean
  hold(): void
  /** Shows what is new, at the top. */
  follow(): void
}

/** Follows the newest rows, while the page is at its top and nobody holds it. */
export function useTail(feed: Feed): Tail {
  const [isHeld, setHeld] = useState(false)
  const [isAway, setAway] = useState(() => window.scrollY > AWAY_PX)
  useEffect(() => {
    const look = () => setAway(window.scrollY > AWAY_PX)
    window.addEventListener('scroll', look, { passive: true })
    return () => window.removeEventListener('scroll', look)
  }, [])
  useEffect(() => {
    if (isHeld || isAway) feed.pause()
    else feed.resume()
  }, [feed, isHeld, isAway])
  return {
    isHeld,
    hold: () => setHeld(true),
    follow() {
      setHeld(false)
      window.scrollTo({ top: 0 })
    },
  }
}
