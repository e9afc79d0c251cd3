import { Group, Select, Stack } from '@mantine/core'
import { useState } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { useApi } from '../../../api/hooks.ts'
import { LoadingCard } from '../../../components/loading.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { useLanguage, useText, type PlainKey } from '../../../texts/use-text.tsx'
import { TemplateEditor } from './template-editor.tsx'

type Templates = AnswerOf<'GET /api/notifications/templates'>
export type Message = Templates['messages'][number]

/** The words of every message, in each language. */
export function TemplatesTab() {
  const templates = useApi('GET /api/notifications/templates')
  return (
    <QueryView query={templates} loading={<LoadingCard height={640} />}>
      {(data) => <Chosen templates={data} />}
    </QueryView>
  )
}

const names: Readonly<Record<string, PlainKey<'notifications'>>> = {
  validation: 'messageValidation',
  invitation: 'messageInvitation',
  'unbind-notice': 'messageUnbind',
  'bind-notice': 'messageBind',
  'sms-validation': 'messageValidation',
  'sms-invitation': 'messageInvitation',
  'page-validation-success': 'messageSuccess',
  'page-validation-failure': 'messageFailure',
  'page-error': 'messageError',
  'page-landing': 'messageLanding',
}
const groups = { email: 'groupEmail', sms: 'groupSms', page: 'groupPage' } as const

function Chosen({ templates }: { readonly templates: Templates }) {
  const t = useText('notifications')
  const [own] = useLanguage()
  const [id, setId] = useState('invitation')
  const [language, setLanguage] = useState(
    templates.languages.includes(own) ? own : templates.defaultLanguage,
  )
  const message = templates.messages.find((one) => one.id === id) ?? templates.messages[0]
  const languageNames = new Intl.DisplayNames(own, { type: 'language' })
  const nameOf = (one: Message) => {
    const key = names[one.id]
    const isOwn = one.files.some((file) => file.own.length > 0)
    const name = key === undefined ? one.id : t(key)
    return isOwn ? t('ownWords', { name }) : name
  }
  return (
    <SectionCard
      title={t('templates')}
      description={
        templates.folder === null ? t('templatesBody') : t('templatesFolder', { folder: templates.folder })
      }
    >
      <Stack gap="lg">
        <Group align="flex-end">
          <Select
            label={t('message')}
            w="20rem"
            maw="100%"
            allowDeselect={false}
            value={id}
            data={(['email', 'sms', 'page'] as const).map((medium) => ({
              group: t(groups[medium]),
              items: templates.messages
                .filter((one) => one.medium === medium)
                .map((one) => ({ value: one.id, label: nameOf(one) })),
            }))}
            onChange={(next) => next !== null && setId(next)}
          />
          <Select
            label={t('language')}
            w="12rem"
            maw="100%"
            allowDeselect={false}
            value={language}
            data={templates.languages.map((value) => ({ value, label: languageNames.of(value) ?? value }))}
            onChange={(next) => next !== null && setLanguage(next)}
          />
        </Group>
        {message !== undefined && (
          <TemplateEditor key={`${message.id} ${language}`} message={message} language={language} />
        )}
      </Stack>
    </SectionCard>
  )
}
