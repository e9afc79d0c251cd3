import { Anchor, Code, Group, Text } from '@mantine/core'
import { memo, type ReactNode } from 'react'
import { DocField } from '../../components/doc-field.tsx'
import { useText } from '../../texts/use-text.tsx'
import { ConfigControl } from '../../components/config-control.tsx'
import classes from './key-row.module.css'
import { asText, type ConfigKey } from '../../components/config-key.ts'
import type { Edit } from '../../components/use-edits.ts'

export interface KeyRowProps {
  readonly configKey: ConfigKey
  readonly description: string
  /** The value in force for the file, default included. */
  readonly value: unknown
  /** Whether the file says it. */
  readonly isInFile: boolean
  readonly edit: Edit | undefined
  readonly error: string | undefined
  readonly onEdit: (path: string, value: unknown) => void
  readonly onDrop: (path: string) => void
}

/** One key: what it does, what it is, and its control. */
export const KeyRow = memo(function KeyRow(props: KeyRowProps) {
  const { configKey, description, value, isInFile, edit, error, onEdit, onDrop } = props
  const t = useText('settings')
  const { path, unit, restart, default: preset, example } = configKey
  const id = `setting-${path}`
  const shown = edit === undefined ? value : (edit.value ?? preset)
  return (
    <div className={classes.row} data-changed={edit !== undefined || undefined}>
      <DocField
        id={id}
        label={path}
        doc={<Doc text={description} example={example} />}
        needsRestart={restart}
        {...(preset === undefined || preset === null || preset === ''
          ? {}
          : { defaultValue: asText(preset) })}
        {...(unit === undefined ? {} : { unit })}
        error={error}
      >
        <ConfigControl id={id} configKey={configKey} value={shown} onChange={(next) => onEdit(path, next)} />
      </DocField>
      {edit !== undefined ? (
        <Origin>
          <Anchor component="button" type="button" size="xs" onClick={() => onDrop(path)}>
            {t('takeBack')}
          </Anchor>
        </Origin>
      ) : isInFile ? (
        <Origin>
          <Text size="xs" c="dimmed">
            {t('fromFile')}
          </Text>
          <Anchor component="button" type="button" size="xs" onClick={() => onEdit(path, undefined)}>
            {t('toDefault')}
          </Anchor>
        </Origin>
      ) : null}
    </div>
  )
})

/** Where the value comes from, and the way to another. */
function Origin({ children }: { readonly children: ReactNode }) {
  return (
    <Group gap="sm" mt={4}>
      {children}
    </Group>
  )
}

function Doc({ text, example }: { readonly text: string; readonly example: unknown }) {
  const t = useText('settings')
  if (example === undefined) return text
  return (
    <>
      {text} {t('example')} <Code>{asText(example)}</Code>
    </>
  )
}
