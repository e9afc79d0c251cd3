import { Alert, Group, Radio, Stack, Text } from '@mantine/core'
import { CodeBlock } from '../../components/code-block.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText, type PlainKey } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'

/** Names of choices in the draft, too. */
const questions = ['ownHomeserver', 'byAddress', 'rightClients'] as const
type Question = (typeof questions)[number]

const texts = {
  ownHomeserver: { ask: 'askOwnHomeserver', no: 'noOwnHomeserver' },
  byAddress: { ask: 'askByAddress', no: 'noByAddress' },
  rightClients: { ask: 'askRightClients', no: 'noRightClients' },
} as const satisfies Record<Question, { ask: PlainKey<'wizard'>; no: PlainKey<'wizard'> }>

/** What makes Element Web stop asking for an identity server. */
const elementConfig = `{
  "setting_defaults": { "UIFeature.identityServer": false }
}`

/** Three questions that can end in "no": nobody should run a server that is of no use to them. */
export function ForYou() {
  const t = useText('wizard')
  const { choice, choose } = useDraft()
  const refused = questions.find((question) => choice(question) === false)
  const isYes = questions.every((question) => choice(question) === true)
  return (
    <SectionCard title={t('forYou')} description={t('forYouWhat')}>
      <Stack gap="md">
        {questions.map((question) => (
          <Radio.Group
            key={question}
            label={t(texts[question].ask)}
            value={answerOf(choice(question))}
            onChange={(answer) => choose(question, answer === 'yes')}
          >
            <Group gap="lg" mt={6}>
              <Radio value="yes" label={t('yes')} />
              <Radio value="no" label={t('no')} />
            </Group>
          </Radio.Group>
        ))}
        <div role="status">
          {isYes && <Alert color="petrol">{t('forYouYes')}</Alert>}
          {refused !== undefined && (
            <Alert color="orange" title={t('forYouNo')}>
              <Stack gap="xs">
                <Text size="sm">{t(texts[refused].no)}</Text>
                {refused === 'byAddress' && <CodeBlock title="config.json" code={elementConfig} />}
              </Stack>
            </Alert>
          )}
        </div>
      </Stack>
    </SectionCard>
  )
}

const answerOf = (choice: unknown) => (choice === true ? 'yes' : choice === false ? 'no' : null)
