import { Group, Stack } from '@mantine/core'
import { CheckList } from '../../components/check-list.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { DraftPort, DraftText } from '../parts/draft-fields.tsx'
import { defaultListen, type PortState } from './use-port-state.ts'

/** Where Signpost itself listens. */
export function ListenCard({ port }: { readonly port: PortState }) {
  const t = useText('wizard-connect')
  return (
    <SectionCard title={t('listen')} description={t('listenWhat')}>
      <Stack>
        <Group align="flex-start">
          <DraftText path="server.listen.host" label={t('listenHost')} placeholder={defaultListen.host} />
          <DraftPort
            path="server.listen.port"
            label={t('listenPort')}
            placeholder={String(defaultListen.port)}
          />
        </Group>
        <PortVerdict {...port} />
      </Stack>
    </SectionCard>
  )
}

function PortVerdict({ tried, port, isBad }: PortState) {
  const t = useText('wizard-connect')
  if (tried === null) return null
  const label = {
    free: t('portFree', { port: String(port) }),
    own: t('portOwn', { port: String(port) }),
    taken:
      tried.owner === null
        ? t('portTaken', { port: String(port) })
        : t('portTakenBy', { port: String(port), owner: tried.owner }),
    'not-allowed': t('portNotAllowed', { port: String(port) }),
    'no-such-address': t('portNoAddress'),
  }[tried.state]
  const snippet = tried.command === null ? {} : { snippet: tried.command }
  return <CheckList steps={[{ id: 'port', title: label, outcome: isBad ? 'failed' : 'ok', ...snippet }]} />
}
