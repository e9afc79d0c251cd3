import { Button, Group, Text } from '@mantine/core'
import { IconArrowUp } from '@tabler/icons-react'
import { useText } from '../../../texts/use-text.tsx'
import classes from './tail-line.module.css'

export interface TailLineProps {
  readonly waiting: number
  readonly onFollow: () => void
}

/** While the log is paused: how much is new, and the way back to it. It stays in sight. */
export function TailLine({ waiting, onFollow }: TailLineProps) {
  const t = useText('activity')
  return (
    <div className={classes.line}>
      <Group justify="space-between" gap="sm" wrap="nowrap">
        <Text size="sm" fw={500} role="status" className="numeric">
          {waiting === 0 ? t('paused') : t('waiting', { count: waiting })}
        </Text>
        <Button size="xs" leftSection={<IconArrowUp size={14} aria-hidden />} onClick={onFollow}>
          {t('showNew')}
        </Button>
      </Group>
    </div>
  )
}
