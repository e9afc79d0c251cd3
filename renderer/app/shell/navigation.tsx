import { NavLink, Stack, Text } from '@mantine/core'
import { NavLink as RouterLink, useLocation } from 'react-router'
import { useText } from '../../texts/use-text.tsx'
import { sections } from '../pages.ts'
import classes from './navigation.module.css'

export function Navigation({ onFollow }: { readonly onFollow: () => void }) {
  const t = useText('shell')
  const { pathname } = useLocation()
  return (
    <Stack gap="sm">
      {sections.map((section) => (
        <div key={section.label} role="group" aria-labelledby={section.label}>
          <Text id={section.label} className={classes.section}>
            {t(section.label)}
          </Text>
          {section.pages.map(({ path, label, icon: Icon }) => (
            <NavLink
              key={path}
              className={classes.link}
              component={RouterLink}
              to={path}
              label={t(label)}
              leftSection={<Icon size={18} stroke={1.7} />}
              active={path === '/' ? pathname === '/' : pathname.startsWith(path)}
              onClick={onFollow}
            />
          ))}
        </div>
      ))}
    </Stack>
  )
}
