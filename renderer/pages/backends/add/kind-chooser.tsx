import { SimpleGrid, Text, UnstyledButton } from '@mantine/core'
import { Link } from 'react-router'
import { useText } from '../../../texts/use-text.tsx'
import { kinds } from '../kinds.ts'
import classes from './kind-chooser.module.css'

export function KindChooser() {
  const t = useText('backends')
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" component="nav" aria-label={t('addTitle')}>
      {Object.entries(kinds).map(([type, { icon: Icon, name, what }]) => (
        <UnstyledButton key={type} component={Link} to={`?kind=${type}`} className={classes.kind}>
          <Icon size={28} stroke={1.4} aria-hidden className={classes.icon} />
          <span>
            <Text fw={600} component="span" display="block">
              {t(name)}
            </Text>
            <Text size="sm" c="dimmed" component="span" display="block">
              {t(what)}
            </Text>
          </span>
        </UnstyledButton>
      ))}
    </SimpleGrid>
  )
}
