import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { AnswerOf } from '../api/client.ts'
import { useChange } from '../api/hooks.ts'
import { useUnsavedGuard } from '../app/use-unsaved-guard.tsx'
import { useText } from '../texts/use-text.tsx'
import { AddressTrial } from './address-trial.tsx'
import { ConfigControl } from './config-control.tsx'
import { appliesTo, valueAt, type ConfigKey } from './config-key.ts'
import { DocField } from './doc-field.tsx'
import { ErrorState } from './error-state.tsx'
import { madeFromSettings } from './made-from-settings.ts'
import { useKeyText } from './use-key-text.ts'
import type { Edits } from './use-edits.ts'

export type ConfigSettings = AnswerOf<'GET /api/settings'>

export interface ConfigField {
  /** `notifications.email.from` */
  readonly path: string
  readonly label: string
  /** Default: what the configuration says about the key. */
  readonly doc?: string
}

export interface ConfigFormProps {
  readonly settings: ConfigSettings
  readonly edits: Edits
  /** Those that mean nothing as things are, edits included, are left out. */
  readonly fields: readonly ConfigField[]
  /** For the list of changes. */
  readonly summary: string
  /** Others that are seldom needed. */
  readonly more?: readonly ConfigField[]
}

/** Some keys of the configuration with words of their page, and the way to save them. */
export function ConfigForm({ settings, edits, fields, summary, more = [] }: ConfigFormProps) {
  const t = useText('common')
  const [result, setResult] = useState<AnswerOf<'PUT /api/settings'> | null>(null)
  const save = useChange('PUT /api/settings', {
    invalidates: madeFromSettings,
    onDone: (answer) => {
      edits.clear()
      setResult(answer)
    },
  })
  const guard = useUnsavedGuard(edits.count > 0)
  const valueOf = (path: string) => edits.of(path)?.value ?? valueAt(settings.all, path)
  const applies = ({ path }: ConfigField) => {
    const keys = settings.keys.filter((key) => key.path === path)
    return keys.find((key) => appliesTo(key, valueOf))
  }
  const rows = (some: readonly ConfigField[]) =>
    some.flatMap((field) => {
      const configKey = applies(field)
      const error = save.error?.problems.find(({ path }) => path === field.path)
      return configKey === undefined
        ? []
        : [
            <FieldRow
              key={field.path}
              field={field}
              configKey={configKey}
              settings={settings}
              edits={edits}
              {...(error === undefined
                ? {}
                : { error: [error.message, error.fix].filter(Boolean).join(' ') })}
            />,
          ]
    })
  const others = rows(more)
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (edits.count > 0) save.mutate({ body: { summary, changes: edits.changes() } })
      }}
    >
      {guard}
      <Stack>
        {rows(fields)}
        {others.length > 0 && (
          <details>
            <Text component="summary" size="sm" fw={500}>
              {t('moreSettings')}
            </Text>
            <Stack mt="md">{others}</Stack>
          </details>
        )}
        {save.error !== null && <ErrorState error={save.error} />}
        {result?.state === 'trying' && <AddressTrial trial={result} onEnd={() => setResult(null)} />}
        <div aria-live="polite">
          {result?.state === 'kept' && edits.count === 0 && (
            <Alert color="petrol" title={t('settingsSaved')}>
              {t('settingsSavedBody')}
            </Alert>
          )}
        </div>
        <Group gap="sm">
          <Button type="submit" disabled={edits.count === 0} loading={save.isPending}>
            {t('save')}
          </Button>
          {edits.count > 0 && (
            <Button
              variant="default"
              onClick={() => {
                edits.clear()
                save.reset()
              }}
            >
              {t('discardChanges')}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  )
}

interface FieldRowProps {
  readonly field: ConfigField
  readonly configKey: ConfigKey
  readonly settings: ConfigSettings
  readonly edits: Edits
  readonly error?: string
}

function FieldRow({ field: { path, label, doc }, configKey, settings, edits, error }: FieldRowProps) {
  const keyText = useKeyText()
  const { unit, restart, default: preset } = configKey
  const id = `field-${path}`
  const edit = edits.of(path)
  return (
    <DocField
      id={id}
      label={label}
      doc={doc ?? keyText(configKey)}
      needsRestart={restart}
      {...(unit === undefined ? {} : { unit })}
      error={error}
    >
      <ConfigControl
        id={id}
        configKey={configKey}
        value={edit === undefined ? valueAt(settings.all, path) : (edit.value ?? preset)}
        error={error !== undefined}
        onChange={(next) => edits.set(path, next)}
      />
    </DocField>
  )
}

/**
 * What stands in the file below a path, with what was typed and not saved: for a trial. Secrets that were not typed anew
 * stay `{ set: true }`.
 */
export function sectionWithEdits(
  settings: ConfigSettings,
  edits: Edits,
  path: string,
): Record<string, unknown> {
  const section = structuredClone(valueAt(settings.file, path) ?? {}) as Record<string, unknown>
  for (const change of edits.changes()) {
    const full = change.path.join('.')
    if (!full.startsWith(`${path}.`)) continue
    put(section, full.slice(path.length + 1).split('.'), change.value)
  }
  return section
}

function put(target: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    if (value === undefined) delete target[name]
    else target[name] = value
    return
  }
  const inner = target[name]
  const next = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {}
  target[name] = next
  put(next, rest, value)
}
