import { Badge, Group, Input, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useText } from '../texts/use-text.tsx'

export interface DocFieldProps {
  readonly id: string
  readonly label: string
  /** What the setting does. */
  readonly doc?: ReactNode
  /** As it would be typed. */
  readonly defaultValue?: string
  readonly unit?: string
  readonly needsRestart?: boolean
  readonly error?: ReactNode
  /** The control; give it the same `id` and `aria-describedby={describedBy(id)}`. */
  readonly children: ReactNode
}

/** The id of the explanation below a `DocField`. */
export const describedBy = (id: string): string => `${id}-description`

/** A control with everything that the configuration knows about it. */
export function DocField({
  id,
  label,
  doc,
  defaultValue,
  unit,
  needsRestart,
  error,
  children,
}: DocFieldProps) {
  const t = useText('common')
  return (
    <Input.Wrapper
      id={id}
      label={
        <Group component="span" gap="xs" display="inline-flex">
          {label}
          {unit !== undefined && (
            <Text span size="xs" c="dimmed">
              ({unit})
            </Text>
          )}
          {needsRestart === true && (
            <Badge component="span" size="sm" variant="light" color="orange" tt="none">
              {t('needsRestart')}
            </Badge>
          )}
        </Group>
      }
      description={
        <>
          {doc} {defaultValue !== undefined && <span>{t('default', { value: defaultValue })}</span>}
        </>
      }
      descriptionProps={{ id: describedBy(id), mb: 6 }}
      error={error}
    >
      {children}
    </Input.Wrapper>
  )
}
