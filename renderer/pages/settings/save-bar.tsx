import { Button, Group, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useText } from '../../texts/use-text.tsx'
import classes from './save-bar.module.css'

export interface SaveBarProps {
  readonly count: number
  readonly pending: boolean
  readonly onSave: (summary: string) => void
  readonly onDiscard: () => void
}

/** Stays in sight while something is not saved. */
export function SaveBar({ count, pending, onSave, onDiscard }: SaveBarProps) {
  const t = useText('settings')
  const [summary, setSummary] = useState('')
  if (count === 0) return null
  return (
    <form
      className={classes.bar}
      aria-label={t('unsaved', { count })}
      onSubmit={(event) => {
        event.preventDefault()
        onSave(summary)
        setSummary('')
      }}
    >
      <Text fw={600}>{t('unsaved', { count })}</Text>
      <TextInput
        className={classes.why}
        placeholder={t('why')}
        aria-label={t('why')}
        maxLength={200}
        value={summary}
        onChange={(event) => setSummary(event.currentTarget.value)}
      />
      <Group gap="sm" wrap="nowrap">
        <Button variant="default" onClick={onDiscard}>
          {t('discard')}
        </Button>
        <Button type="submit" loading={pending}>
          {t('save')}
        </Button>
      </Group>
    </form>
  )
}
