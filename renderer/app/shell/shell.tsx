import { Burger, Group } from '@mantine/core'
import { Suspense, useEffect, useRef } from 'react'
import { Outlet, useLocation, useNavigation } from 'react-router'
import { LoadingRows } from '../../components/loading.tsx'
import { useText } from '../../texts/use-text.tsx'
import { HealthContext, useFavicon } from '../document-state.ts'
import { AccountMenu } from './account-menu.tsx'
import { Banners } from './banners.tsx'
import { Brand } from './brand.tsx'
import { ConnectionMark } from './connection-mark.tsx'
import { Navigation } from './navigation.tsx'
import classes from './shell.module.css'
import { useNotices } from './use-notices.ts'
import { useSidePanel } from './use-side-panel.ts'

/** The frame around every page of the console. */
export function Shell() {
  const t = useText('shell')
  const panel = useSidePanel()
  const { health, restartNeeded } = useNotices()
  useFavicon(health)
  const content = useContentFocus()
  const loading = useNavigation().state !== 'idle'
  return (
    <HealthContext value={health}>
      <a className={classes.skip} href="#content">
        {t('skip')}
      </a>
      <header className={classes.header}>
        <Group gap="sm" wrap="nowrap">
          <Burger
            className={classes.burger}
            opened={panel.opened}
            onClick={panel.toggle}
            size="sm"
            aria-expanded={panel.opened}
            aria-controls="navigation"
            aria-label={t(panel.opened ? 'closeNavigation' : 'openNavigation')}
          />
          <Brand />
        </Group>
        <Group gap="sm" wrap="nowrap">
          <ConnectionMark />
          <AccountMenu />
        </Group>
        {loading && <div className={classes.progress} />}
      </header>
      <nav
        className={classes.navigation}
        id="navigation"
        aria-label={t('navigation')}
        data-opened={panel.opened || undefined}
      >
        <Navigation onFollow={panel.close} />
      </nav>
      <main className={classes.main} inert={panel.opened}>
        <Banners restartNeeded={restartNeeded} />
        <div className={classes.page} id="content" ref={content} tabIndex={-1}>
          {/* Texts that a page needs late leave the frame as it is. */}
          <Suspense fallback={<LoadingRows />}>
            <Outlet />
          </Suspense>
        </div>
      </main>
    </HealthContext>
  )
}

/** After a change of page the focus is at its beginning, as after the load of a document. */
function useContentFocus() {
  const content = useRef<HTMLDivElement>(null)
  const { pathname } = useLocation()
  const last = useRef(pathname)
  useEffect(() => {
    if (last.current === pathname) return
    last.current = pathname
    content.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [pathname])
  return content
}
