import { Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useChange } from '../../../api/hooks.ts'
import { useUnsavedGuard } from '../../../app/use-unsaved-guard.tsx'
import type { ConfigKey } from '../../../components/config-key.ts'
import { ErrorState } from '../../../components/error-state.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { CheckCard } from '../check/check-card.tsx'
import { problemsByKey } from '../form/problems.ts'
import { SectionForm } from '../form/section-form.tsx'
import type { Kind } from '../kinds.ts'
import type { Section } from '../model.ts'
import { GuessCard } from './guess-card.tsx'

export interface AddFormProps {
  readonly type: string
  readonly kind: Kind
  readonly keys: readonly ConfigKey[]
  /** Names that other backends have. */
  readonly taken: readonly string[]
}

export function AddForm({ type, kind, keys, taken }: AddFormProps) {
  const t = useText('backends')
  const navigate = useNavigate()
  const [edited, setEdited] = useState<Section | null>(null)
  const section = edited ?? { id: freeName(kind.id, taken), type, ...kind.first }
  const add = useChange('POST /api/backends', {
    onDone: () => {
      setEdited(null)
      void navigate(`/backends/${String(section['id'])}`)
    },
  })
  const form = { type, keys, section, onChange: setEdited, problems: problemsByKey(add.error) }
  const guard = useUnsavedGuard(edited !== null && !add.isPending)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        add.mutate({ body: { section } })
      }}
    >
      {guard}
      <Stack gap="md">
        {add.error !== null && <ErrorState error={add.error} />}
        {kind.entrance === undefined ? (
          <SectionCard title={t('settings')}>
            <SectionForm {...form} />
          </SectionCard>
        ) : (
          <>
            <SectionCard title={t('entrance')}>
              <SectionForm {...form} part="entrance" />
            </SectionCard>
            <GuessCard section={section} onGuess={(guess) => setEdited({ ...section, ...guess })} />
            <SectionCard title={t('rest')}>
              <SectionForm {...form} part="rest" />
            </SectionCard>
          </>
        )}
        {type !== 'list' && <CheckCard section={section} />}
        <Group>
          <Button type="submit" loading={add.isPending}>
            {t('addAction')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function freeName(wanted: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`
    if (!taken.includes(name)) return name
  }
}
