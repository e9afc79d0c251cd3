import { useEffect, useState } from 'react'

/** From this width on the navigation stands beside the page; the same as in `shell.module.css`. */
const wide = '(min-width: 62em)'

/** The navigation of narrow screens: closed by Escape, and when the window grows. */
export function useSidePanel() {
  const [opened, setOpened] = useState(false)
  useEffect(() => {
    if (!opened) return
    const close = () => setOpened(false)
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && close()
    const query = matchMedia(wide)
    window.addEventListener('keydown', onKey)
    query.addEventListener('change', close)
    return () => {
      window.removeEventListener('keydown', onKey)
      query.removeEventListener('change', close)
    }
  }, [opened])
  return { opened, toggle: () => setOpened(!opened), close: () => setOpened(false) }
}
