import { Group, Stack } from '@mantine/core'
import { CodeBlock } from '../../components/code-block.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { Status } from '../../components/status.tsx'
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
        <div role="status">
          <PortVerdict {...port} />
        </div>
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
  return (
    <Stack gap="xs">
      <Status kind={isBad ? 'problem' : 'ok'} label={label} />
      {tried.command !== null && <CodeBlock code={tried.command} />}
    </Stack>
  )
}
