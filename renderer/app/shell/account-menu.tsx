import { ActionIcon, type ActionIconProps } from '@mantine/core'
import { IconUserCircle } from '@tabler/icons-react'
import { lazy, Suspense, useState, type ComponentPropsWithRef } from 'react'
import { useText } from '../../texts/use-text.tsx'

const load = () => import('./account-dropdown.tsx')
const OpenedMenu = lazy(async () => ({ default: (await load()).AccountDropdown }))

/** The menu of the person at the screen. Its code is a tenth of the first page, so it comes when somebody reaches for it. */
export function AccountMenu() {
  const [wanted, setWanted] = useState(false)
  const closed = (
    <AccountButton
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={() => setWanted(true)}
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
    />
  )
  if (!wanted) return closed
  return (
    <Suspense fallback={closed}>
      <OpenedMenu />
    </Suspense>
  )
}

/** What opens the menu, whether or not its code is there. */
export function AccountButton(props: ActionIconProps & ComponentPropsWithRef<'button'>) {
  const t = useText('shell')
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('menu')} {...props}>
      <IconUserCircle size={22} stroke={1.6} />
    </ActionIcon>
  )
}
