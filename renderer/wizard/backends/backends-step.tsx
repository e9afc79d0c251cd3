import { Button, Stack, Text, UnstyledButton } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import type { Settings } from '../draft/values.ts'
import { StepPage, type Verdict } from '../frame/step-page.tsx'
import classes from '../../components/choice-cards.module.css'
import { freeId, isKind, kindNames, kinds, type Kind } from './kinds.ts'
import { LdapCard } from './ldap-card.tsx'
import { ListCard } from './list-card.tsx'
import { SectionCheck } from './section-check.tsx'
import { SectionFields } from './section-fields.tsx'

/** As `config/sections/operations.ts` has it. */
const byDefault: readonly Settings[] = [{ id: 'list', type: 'list' }]

export function BackendsStep() {
  const t = useText('wizard-people')
  const draft = useDraft()
  const sections = (draft.value('backends') as readonly Settings[] | undefined) ?? byDefault
  const setSections = (next: readonly Settings[]) => draft.set('backends', next)
  const choiceOf = (section: Settings) => `tried:${String(section['id'])}`
  const untried = sections.filter(
    (section) => section['type'] !== 'list' && draft.choice(choiceOf(section)) !== true,
  )

  const add = (kind: Kind) => {
    const taken = sections.map(({ id }) => id)
    // What was there by default stays behind what is asked first.
    const section = { id: freeId(kind, taken), type: kind, ...kinds[kind].first }
    setSections(kind === 'list' ? [...sections, section] : [section, ...sections])
  }
  const change = (index: number, section: Settings) => {
    setSections(sections.with(index, section))
    if (draft.choice(choiceOf(section)) !== null) draft.choose(choiceOf(section), null)
  }

  return (
    <StepPage step="backends" lead={t('backendsLead')} sections={['backends']} verdict={verdictOf()}>
      {sections.map((section, index) => (
        <BackendCard
          key={String(section['id'])}
          section={section}
          onChange={(next) => change(index, next)}
          onResult={(isFine) => draft.choose(choiceOf(section), isFine)}
          onRemove={() => setSections(sections.toSpliced(index, 1))}
        />
      ))}
      <SectionCard title={t('addBackend')} description={t('addBackendWhat')}>
        <div className={classes.cards}>
          {kindNames.map((kind) => (
            <UnstyledButton key={kind} className={classes.card} onClick={() => add(kind)}>
              <span className={classes.words}>
                <Text component="span" display="block" fw={600}>
                  {t(kinds[kind].title)}
                </Text>
                <Text component="span" display="block" size="sm" c="dimmed">
                  {t(kinds[kind].what)}
                </Text>
              </span>
            </UnstyledButton>
          ))}
        </div>
      </SectionCard>
    </StepPage>
  )

  function verdictOf(): Verdict {
    if (sections.length === 0) return { kind: 'doubtful', note: t('noBackends') }
    if (untried.length === 0) return { kind: 'fine' }
    return { kind: 'doubtful', note: t('untried', { names: untried.map(({ id }) => id).join(', ') }) }
  }
}

interface BackendCardProps {
  readonly section: Settings
  readonly onChange: (section: Settings) => void
  readonly onResult: (isFine: boolean) => void
  readonly onRemove: () => void
}

function BackendCard({ section, onChange, onResult, onRemove }: BackendCardProps) {
  const t = useText('wizard-people')
  const kind = isKind(section['type']) ? section['type'] : 'list'
  const { title, what, fields } = kinds[kind]
  return (
    <SectionCard
      title={t(title)}
      description={t(what)}
      aside={
        <Button
          variant="subtle"
          size="xs"
          color="gray"
          leftSection={<IconTrash size={14} aria-hidden />}
          aria-label={t('removeBackend', { name: String(section['id']) })}
          onClick={onRemove}
        >
          {t('remove')}
        </Button>
      }
    >
      {kind === 'list' && <ListCard />}
      {kind === 'ldap' && <LdapCard section={section} onChange={onChange} onResult={onResult} />}
      {kind !== 'list' && kind !== 'ldap' && (
        <Stack>
          <SectionFields fields={fields} section={section} onChange={onChange} />
          <SectionCheck section={section} onResult={onResult} />
        </Stack>
      )}
    </SectionCard>
  )
}
