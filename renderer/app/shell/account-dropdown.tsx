import { Menu, useMantineColorScheme, type MantineColorScheme } from '@mantine/core'
import { IconLogout } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useChange } from '../../api/hooks.ts'
import { languages, type Language } from '../../texts/languages.ts'
import { useLanguage, useText, type PlainKey } from '../../texts/use-text.tsx'
import { useSession } from '../use-session.ts'
import { AccountButton } from './account-menu.tsx'

const schemes = {
  auto: 'schemeAuto',
  light: 'schemeLight',
  dark: 'schemeDark',
} as const satisfies Record<MantineColorScheme, PlainKey<'shell'>>

const isScheme = (value: string): value is MantineColorScheme => value in schemes
const isLanguage = (value: string): value is Language => value in languages

/** Who is signed in, the language, the appearance, and the way out; opened from the beginning. */
export function AccountDropdown() {
  const t = useText('shell')
  const [language, setLanguage] = useLanguage()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const session = useSession().data
  const name = session?.name ?? null
  const signOut = useChange('DELETE /api/session', { invalidates: ['GET /api/session'] })
  // It opens after it was shown closed, with the focus at its button: there the focus comes back when it closes.
  const button = useRef<HTMLButtonElement>(null)
  const [opened, setOpened] = useState(false)
  useEffect(() => {
    button.current?.focus()
    const frame = requestAnimationFrame(() => setOpened(true))
    return () => cancelAnimationFrame(frame)
  }, [])
  return (
    <Menu
      position="bottom-end"
      width={240}
      // In the header, a landmark; and without an element that a menu must not have (WAI-ARIA 1.2, 5.2.8).
      withinPortal={false}
      withInitialFocusPlaceholder={false}
      opened={opened}
      onChange={setOpened}
    >
      <Menu.Target>
        <AccountButton ref={button} />
      </Menu.Target>
      <Menu.Dropdown>
        {name !== null && <Menu.Label>{t('signedInAs', { name })}</Menu.Label>}
        <Menu.Label>{t('language')}</Menu.Label>
        <Menu.RadioGroup value={language} onChange={(key) => isLanguage(key) && setLanguage(key)}>
          {Object.entries(languages).map(([key, name]) => (
            <Menu.RadioItem key={key} value={key} lang={key}>
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Label>{t('appearance')}</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(scheme) => isScheme(scheme) && setColorScheme(scheme)}
        >
          {Object.entries(schemes).map(([scheme, label]) => (
            <Menu.RadioItem key={scheme} value={scheme}>
              {t(label)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        {session?.state === 'signed-in' && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate()}>
              {t('signOut')}
            </Menu.Item>
          </>
        )}
        {session !== undefined && <Menu.Label>{t('version', { version: session.version })}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  )
}
