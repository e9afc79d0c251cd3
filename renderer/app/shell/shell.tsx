import { AppShell, Burger, Group, ScrollArea } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import { Outlet, useLocation, useNavigation } from 'react-router'
import { useText } from '../../texts/use-text.tsx'
import { HealthContext, useFavicon } from '../document-state.ts'
import { AccountMenu } from './account-menu.tsx'
import { Banners } from './banners.tsx'
import { Brand } from './brand.tsx'
import { ConnectionMark } from './connection-mark.tsx'
import { Navigation } from './navigation.tsx'
import classes from './shell.module.css'
import { useNotices } from './use-notices.ts'

/** The frame around every page of the console. */
export function Shell() {
  const t = useText('shell')
  const [opened, { toggle, close }] = useDisclosure()
  const { health, restartNeeded } = useNotices()
  useFavicon(health)
  const main = useMainFocus()
  const loading = useNavigation().state !== 'idle'
  return (
    <HealthContext value={health}>
      <a className={classes.skip} href="#content">
        {t('skip')}
      </a>
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 240, breakpoint: 'md', collapsed: { mobile: !opened } }}
      >
        <AppShell.Header className={classes.header}>
          <Group h="100%" px="md" justify="space-between" wrap="nowrap">
            <Group gap="sm" wrap="nowrap">
              <Burger
                opened={opened}
                onClick={toggle}
                hiddenFrom="md"
                size="sm"
                aria-label={t(opened ? 'closeNavigation' : 'openNavigation')}
              />
              <Brand />
            </Group>
            <Group gap="sm" wrap="nowrap">
              <ConnectionMark />
              <AccountMenu />
            </Group>
          </Group>
          {loading && <div className={classes.progress} />}
        </AppShell.Header>
        <AppShell.Navbar className={classes.navbar} aria-label={t('navigation')}>
          <ScrollArea p="sm" type="auto">
            <Navigation onFollow={close} />
          </ScrollArea>
        </AppShell.Navbar>
        <AppShell.Main>
          <Banners restartNeeded={restartNeeded} />
          <div className={classes.page} id="content" ref={main} tabIndex={-1}>
            <Outlet />
          </div>
        </AppShell.Main>
      </AppShell>
    </HealthContext>
  )
}

/** After a change of page the focus is at its beginning, as after the load of a document. */
function useMainFocus() {
  const main = useRef<HTMLDivElement>(null)
  const { pathname } = useLocation()
  const last = useRef(pathname)
  useEffect(() => {
    if (last.current === pathname) return
    last.current = pathname
    main.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [pathname])
  return main
}
