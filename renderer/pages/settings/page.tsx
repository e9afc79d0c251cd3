import { Alert, Button, Stack, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import type { ApiError } from '../../api/api-error.ts'
import type { AnswerOf } from '../../api/client.ts'
import { useApi, useChange } from '../../api/hooks.ts'
import { useUnsavedGuard } from '../../app/use-unsaved-guard.tsx'
import { AddressTrial } from '../../components/address-trial.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { useText } from '../../texts/use-text.tsx'
import { GroupCard } from './group-card.tsx'
import { groupKeys, matches, type Settings } from './model.ts'
import { RefusedAlert } from './refused-alert.tsx'
import { SaveBar } from './save-bar.tsx'
import { sectionName } from './section-names.ts'
import { useEdits } from '../../components/use-edits.ts'
import { useKeyText } from '../../components/use-key-text.ts'

export function Page() {
  const t = useText('settings')
  const settings = useApi('GET /api/settings')
  return (
    <>
      <PageHeader
        title={t('title')}
        description={settings.data && t('description', { file: settings.data.place })}
      />
      <QueryView query={settings}>{(data) => <Editor settings={data} />}</QueryView>
    </>
  )
}

function Editor({ settings }: { readonly settings: Settings }) {
  const t = useText('settings')
  const keyText = useKeyText()
  const [query, setQuery] = useSearchParams()
  const search = query.get('q') ?? ''
  const edits = useEdits()
  const [result, setResult] = useState<AnswerOf<'PUT /api/settings'> | null>(null)
  const save = useChange('PUT /api/settings', {
    onDone: (answer) => {
      edits.clear()
      setResult(answer)
    },
  })
  const guard = useUnsavedGuard(edits.count > 0)

  const find = (text: string) => setQuery(text === '' ? {} : { q: text }, { replace: true })
  const titleOf = (name: string) => {
    const title = sectionName(name)
    return title === undefined ? name : t(title)
  }
  const groups = groupKeys(settings.keys)
    .map(({ name, keys }) => ({
      name,
      keys: keys.filter((key) => matches(search, key.path, titleOf(name), key.description, keyText(key))),
    }))
    .filter(({ keys }) => keys.length > 0)

  return (
    <Stack gap="md">
      {guard}
      {settings.refused !== null && <RefusedAlert refused={settings.refused} />}
      <TextInput
        type="search"
        leftSection={<IconSearch size={16} aria-hidden />}
        label={t('search')}
        placeholder={t('searchHint')}
        value={search}
        maw="28rem"
        onChange={(event) => find(event.currentTarget.value)}
      />
      <div aria-live="polite">
        {result?.state === 'kept' && edits.count === 0 && (
          <Alert color="petrol" title={t('saved')}>
            {t('savedBody')}
          </Alert>
        )}
      </div>
      {result?.state === 'trying' && <AddressTrial trial={result} onEnd={() => setResult(null)} />}
      {save.error !== null && <ErrorState error={save.error} />}
      {groups.length === 0 && (
        <EmptyState
          level={2}
          title={t('nothingFound')}
          action={
            <Button variant="default" onClick={() => find('')}>
              {t('clearSearch')}
            </Button>
          }
        >
          {t('nothingFoundBody')}
        </EmptyState>
      )}
      {groups.map((group) => (
        <GroupCard
          key={group.name}
          group={group}
          settings={settings}
          edits={edits}
          problems={problemsOf(save.error)}
        />
      ))}
      <SaveBar
        count={edits.count}
        pending={save.isPending}
        onSave={(summary) => save.mutate({ body: { summary, changes: edits.changes() } })}
        onDiscard={() => {
          edits.clear()
          save.reset()
        }}
      />
    </Stack>
  )
}

/** What is wrong, by the path of the key. */
function problemsOf(error: ApiError | null): ReadonlyMap<string, string> {
  const problems = error?.problems ?? []
  return new Map(
    problems.map(({ path, message, fix }) => [path, fix === undefined ? message : `${message} ${fix}`]),
  )
}
