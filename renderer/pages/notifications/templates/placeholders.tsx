import { Text } from '@mantine/core'
import { KeyValues } from '../../../components/key-values.tsx'
import { useText } from '../../../texts/use-text.tsx'
import type { Preview } from './use-preview.ts'

/** What a template of this message can name. */
export function Placeholders({ placeholders }: Pick<Preview, 'placeholders'>) {
  const t = useText('notifications')
  if (placeholders.length === 0) return null
  return (
    <details>
      <Text component="summary" size="sm" fw={500}>
        {t('placeholders', { count: placeholders.length })}
      </Text>
      <Text size="sm" c="dimmed" my="xs">
        {t('placeholdersBody')}
      </Text>
      <KeyValues
        items={placeholders.map(({ name, value }) => ({
          name: `{{ ${name} }}`,
          value: value === '' ? t('noValue') : value,
        }))}
      />
    </details>
  )
}
