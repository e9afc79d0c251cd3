import { Stack, Table } from '@mantine/core'
import type { AnswerOf } from '../../../api/client.ts'
import { useApi } from '../../../api/hooks.ts'
import { CopyButton } from '../../../components/copy-button.tsx'
import { KeyValues } from '../../../components/key-values.tsx'
import { LoadingCard } from '../../../components/loading.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { Time } from '../../../components/time.tsx'
import { useText } from '../../../texts/use-text.tsx'

/** Who the bot is, what it understands, and whether the homeserver talks to us. */
export function BotCard() {
  const t = useText('integration-tools')
  const state = useApi('GET /api/integrations/appservice', undefined, { refetchEvery: 15_000 })
  return (
    <SectionCard title={t('bot')} description={t('botBody')}>
      <QueryView query={state} loading={<LoadingCard height={320} />}>
        {(data) => <Facts {...data} />}
      </QueryView>
    </SectionCard>
  )
}

type State = AnswerOf<'GET /api/integrations/appservice'>

function Facts({ botId, adminRoom, rejectsAs, url, lastHeardAt, commands }: State) {
  const t = useText('integration-tools')
  return (
    <Stack gap="md">
      <KeyValues
        items={[
          {
            name: t('botId'),
            value: (
              <>
                <code>{botId}</code> <CopyButton text={botId} label={`${t('botId')}: ${botId}`} />
              </>
            ),
          },
          { name: t('adminRoom'), value: adminRoom === null ? t('adminRoomNone') : <code>{adminRoom}</code> },
          ...(rejectsAs === null ? [] : [{ name: t('rejectsAs'), value: <code>{rejectsAs}</code> }]),
          { name: t('reachedAt'), value: <code>{url}</code> },
          { name: t('lastHeard'), value: lastHeardAt === null ? t('neverHeard') : <Time at={lastHeardAt} /> },
        ]}
      />
      <Table aria-label={t('commands')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('command')}</Table.Th>
            <Table.Th>{t('commandDoes')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody lang="en">
          {commands.map(({ usage, about }) => (
            <Table.Tr key={usage}>
              <Table.Td>
                <code>{usage}</code>
              </Table.Td>
              <Table.Td>{about}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  )
}
