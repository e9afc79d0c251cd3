import { useEffect, useState, type ReactNode } from 'react'

export interface LaterProps {
  readonly afterMs: number
  readonly children: ReactNode
}

/** For those who wait longer than usual: shows its content only then. */
export function Later({ afterMs, children }: LaterProps) {
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), afterMs)
    return () => clearTimeout(timer)
  }, [afterMs])
  return isLong ? children : null
}
