import { Suspense } from 'react'
import { Outlet } from 'react-router'
import { FirstPaint } from './first-paint.tsx'

/** Around everything: texts that come late show the same sign of work as the start. */
export function Root() {
  return (
    <Suspense fallback={<FirstPaint />}>
      <Outlet />
    </Suspense>
  )
}
