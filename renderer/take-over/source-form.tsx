import { Button, Checkbox, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import type { ApiError } from '../api/api-error.ts'
import { ChoiceCards } from '../components/choice-cards.tsx'
import { ErrorState } from '../components/error-state.tsx'
import { PasswordField } from '../components/password-field.tsx'
import { SectionCard } from '../components/section-card.tsx'
import { useText } from '../texts/use-text.tsx'
import { kinds, productNames, usualPaths, type Kind, type Source, type TakeOver } from './model.ts'
import { SentFiles } from './sent-files.tsx'

export interface SourceFormProps {
  readonly sent: TakeOver['sent']
  readonly isPending: boolean
  readonly error: ApiError | null
  readonly onLook: (source: Source) => void
}

/** Where the old server is, in the words of who runs it. */
export function SourceForm({ sent, isPending, error, onLook }: SourceFormProps) {
  const t = useText('take-over')
  const [kind, setKind] = useState<Kind>('ma1sd')
  const [from, setFrom] = useState<Source['from']>(sent.length > 0 ? 'upload' : 'machine')
  const [path, setPath] = useState<string | null>(null)
  const [listen, setListen] = useState<'ours' | 'theirs'>('ours')
  const [more, setMore] = useState<MoreValues>({})
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const place = from === 'machine' ? { path: path ?? usualPaths[kind] } : {}
    onLook({ kind, from, listen, ...place, ...more })
  }
  const problem = error?.problems.find((each) => each.path === 'path')
  return (
    <SectionCard title={t('where')} description={t('whereBody')}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <div>
            <Text size="sm" fw={500} mb={4} id="take-over-kind">
              {t('kind')}
            </Text>
            <SegmentedControl
              aria-labelledby="take-over-kind"
              value={kind}
              onChange={(value) => setKind(value as Kind)}
              data={kinds.map((value) => ({ value, label: productNames[value] }))}
            />
          </div>
          <ChoiceCards
            label={t('place')}
            value={from}
            onChange={setFrom}
            choices={[
              { value: 'machine', title: t('onMachine'), description: t('onMachineWhat') },
              { value: 'upload', title: t('elsewhere'), description: t('elsewhereWhat') },
            ]}
          />
          {from === 'machine' ? (
            <TextInput
              label={t('path')}
              description={t('pathWhat')}
              value={path ?? usualPaths[kind]}
              error={problem === undefined ? null : problem.message}
              onChange={(event) => setPath(event.currentTarget.value)}
            />
          ) : (
            <SentFiles kind={kind} sent={sent} />
          )}
          <ChoiceCards
            label={t('listen')}
            value={listen}
            onChange={setListen}
            choices={[
              { value: 'ours', title: t('listenOurs'), description: t('listenOursWhat') },
              { value: 'theirs', title: t('listenTheirs'), description: t('listenTheirsWhat') },
            ]}
          />
          <More kind={kind} values={more} onChange={setMore} />
          {error !== null && problem === undefined && <ErrorState error={error} />}
          <Group>
            <Button type="submit" loading={isPending}>
              {t('look')}
            </Button>
          </Group>
        </Stack>
      </form>
    </SectionCard>
  )
}

type MoreValues = Partial<Pick<Source, 'database' | 'keys' | 'domain' | 'withoutKeys' | 'replaceSettings'>>

interface MoreProps {
  readonly kind: Kind
  readonly values: MoreValues
  readonly onChange: (values: MoreValues) => void
}

/** What hardly anybody needs. An empty field is left out. */
function More({ kind, values, onChange }: MoreProps) {
  const t = useText('take-over')
  const put = (key: 'database' | 'keys' | 'domain', value: string) => {
    const { [key]: _former, ...others } = values
    onChange(value.trim() === '' ? others : { ...others, [key]: value })
  }
  return (
    <details>
      <Text component="summary" size="sm" fw={500}>
        {t('more')}
      </Text>
      <Stack gap="md" mt="md">
        <PasswordField
          label={t('database')}
          description={t('databaseWhat')}
          autoComplete="off"
          value={values.database ?? ''}
          onChange={(event) => put('database', event.currentTarget.value)}
        />
        {kind !== 'sydent' && (
          <TextInput
            label={t('keys')}
            description={t('keysWhat')}
            value={values.keys ?? ''}
            onChange={(event) => put('keys', event.currentTarget.value)}
          />
        )}
        <TextInput
          label={t('domain')}
          description={t('domainWhat')}
          value={values.domain ?? ''}
          onChange={(event) => put('domain', event.currentTarget.value)}
        />
        <Checkbox
          label={t('replaceSettings')}
          description={t('replaceSettingsWhat')}
          checked={values.replaceSettings ?? false}
          onChange={(event) => onChange({ ...values, replaceSettings: event.currentTarget.checked })}
        />
        <Checkbox
          label={t('withoutKeys')}
          description={t('withoutKeysWhat')}
          checked={values.withoutKeys ?? false}
          onChange={(event) => onChange({ ...values, withoutKeys: event.currentTarget.checked })}
        />
      </Stack>
    </details>
  )
}
