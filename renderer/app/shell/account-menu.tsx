import { ActionIcon, Menu, useMantineColorScheme, type MantineColorScheme } from '@mantine/core'
import {
  IconCheck,
  IconDeviceDesktop,
  IconLogout,
  IconMoon,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react'
import { useChange } from '../../api/hooks.ts'
import { languages, type Language } from '../../texts/languages.ts'
import { useLanguage, useText, type PlainKey } from '../../texts/use-text.tsx'
import { useSession } from '../use-session.ts'

const schemes: readonly {
  readonly scheme: MantineColorScheme
  readonly label: PlainKey<'shell'>
  readonly icon: typeof IconSun
}[] = [
  { scheme: 'auto', label: 'schemeAuto', icon: IconDeviceDesktop },
  { scheme: 'light', label: 'schemeLight', icon: IconSun },
  { scheme: 'dark', label: 'schemeDark', icon: IconMoon },
]

const isLanguage = (value: string): value is Language => value in languages

/** Who is signed in, the language, the appearance, and the way out. */
export function AccountMenu() {
  const t = useText('shell')
  const [language, setLanguage] = useLanguage()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const session = useSession().data
  const signOut = useChange('DELETE /api/session', { invalidates: ['GET /api/session'] })
  return (
    <Menu position="bottom-end" width={240} withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('menu')}>
          <IconUserCircle size={22} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {session?.name != null && <Menu.Label>{t('signedInAs', { name: session.name })}</Menu.Label>}
        <Menu.Label>{t('language')}</Menu.Label>
        {Object.entries(languages).map(([key, name]) => (
          <Menu.Item
            key={key}
            lang={key}
            role="menuitemradio"
            aria-checked={key === language}
            closeMenuOnClick={false}
            rightSection={key === language ? <IconCheck size={16} /> : null}
            onClick={() => isLanguage(key) && setLanguage(key)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Label>{t('appearance')}</Menu.Label>
        {schemes.map(({ scheme, label, icon: Icon }) => (
          <Menu.Item
            key={scheme}
            role="menuitemradio"
            aria-checked={scheme === colorScheme}
            closeMenuOnClick={false}
            leftSection={<Icon size={16} />}
            rightSection={scheme === colorScheme ? <IconCheck size={16} /> : null}
            onClick={() => setColorScheme(scheme)}
          >
            {t(label)}
          </Menu.Item>
        ))}
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
