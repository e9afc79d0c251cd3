import { List, Stack, Text } from '@mantine/core'
import { useApi } from '../../api/hooks.ts'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { StepPage } from '../frame/step-page.tsx'
import { DraftCheck } from '../parts/draft-check.tsx'
import { DraftSwitch } from '../parts/draft-fields.tsx'
import { SnippetView } from '../../components/snippet-view.tsx'

export function FederationStep() {
  const t = useText('wizard-services')
  const { value } = useDraft()
  const asks = (value('federation.outbound.enabled') ?? true) === true
  const answers = (value('federation.inbound.enabled') ?? true) === true
  const record = useApi(
    'GET /api/gateway/homeserver/{kind}',
    { params: { kind: 'dns' }, query: { draft: 'true' } },
    { enabled: answers, keepPrevious: true },
  )
  return (
    <StepPage step="federation" lead={t('federationLead')} sections={['federation']}>
      <SectionCard title={t('askOthers')}>
        <Stack>
          <DraftSwitch
            path="federation.outbound.enabled"
            label={t('outbound')}
            description={t('outboundWhat')}
            byDefault
          />
          {asks && (
            <DraftSwitch
              path="federation.outbound.plain"
              label={t('plain')}
              description={t('plainWhat')}
              byDefault={false}
            />
          )}
        </Stack>
      </SectionCard>
      <SectionCard title={t('answerOthers')}>
        <Stack>
          <DraftSwitch
            path="federation.inbound.enabled"
            label={t('inbound')}
            description={t('inboundWhat')}
            byDefault
          />
          {answers && (
            <DraftSwitch
              path="federation.inbound.phones"
              label={t('inboundPhones')}
              description={t('inboundPhonesWhat')}
              byDefault
            />
          )}
        </Stack>
      </SectionCard>
      <SectionCard title={t('leaves')} description={t('leavesWhat')}>
        <List size="sm" spacing={6}>
          <List.Item>{t(asks ? 'leavesHashes' : 'leavesNoHashes')}</List.Item>
          {asks && value('federation.outbound.plain') === true && <List.Item>{t('leavesPlain')}</List.Item>}
          <List.Item>{t(answers ? 'leavesAnswers' : 'leavesNoAnswers')}</List.Item>
          <List.Item>{t('leavesHomeserver')}</List.Item>
          <List.Item>{t('leavesNothing')}</List.Item>
        </List>
      </SectionCard>
      {answers && (
        <>
          <SectionCard title={t('record')} description={t('recordWhat')}>
            <SnippetView query={record} />
          </SectionCard>
          <DraftCheck
            title={t('recordCheck')}
            description={t('recordCheckWhat')}
            action={t('recordLook')}
            areas={['federation']}
          />
        </>
      )}
      {!asks && !answers && <Text size="sm">{t('alone')}</Text>}
    </StepPage>
  )
}
