import { Button, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { PlainFrame } from '../../app/plain-frame.tsx'
import { CheckList } from '../../components/check-list.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { describedBy, DocField } from '../../components/doc-field.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { HeartbeatBar } from '../../components/heartbeat-bar.tsx'
import { KeyValues } from '../../components/key-values.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { MaskedAddress } from '../../components/masked-address.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { SecretField } from '../../components/secret-field.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { Sparkline } from '../../components/sparkline.tsx'
import { Status } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { beats, error, kinds, midnight, steps, values } from './samples.ts'
import { SampleTable } from './sample-table.tsx'

/** Every shared part with made-up content: for those who build pages, and for the tests. Linked from nowhere. */
export function Page() {
  const [secret, setSecret] = useState<string | null>(null)
  const [asking, setAsking] = useState(false)
  return (
    <PlainFrame wide>
      <PageHeader
        title="Components"
        description="The parts that pages are made of."
        actions={<Button onClick={() => setAsking(true)}>Revoke</Button>}
      />
      <Stack gap="lg">
        <SectionCard title="Status" description="Shape, colour and word say the same.">
          <Stack align="flex-start" gap="xs">
            {kinds.map((kind) => (
              <Status key={kind} kind={kind} tinted />
            ))}
          </Stack>
        </SectionCard>
        <SectionCard title="Check">
          <CheckList steps={steps} />
        </SectionCard>
        <SectionCard title="Fields">
          <Stack>
            <DocField
              id="rotation"
              label="Rotate the pepper"
              doc="How often the pepper changes."
              defaultValue="7d"
              unit="duration"
              needsRestart
            >
              <TextInput id="rotation" aria-describedby={describedBy('rotation')} defaultValue="7d" />
            </DocField>
            <SecretField label="Password of the directory" set value={secret} onChange={setSecret} />
          </Stack>
        </SectionCard>
        <SectionCard title="Values" aside={<Time at={midnight} />}>
          <KeyValues
            items={[
              { name: 'Address', value: <MaskedAddress address="anna@example.org" /> },
              { name: 'Bound', value: <Time at={midnight} as="exact" /> },
            ]}
          />
          <HeartbeatBar label="Heartbeats of the directory" beats={beats} />
          <Sparkline label="Lookups of the last hours" values={values} />
        </SectionCard>
        <CodeBlock title="nginx" code="location /_matrix/identity { proxy_pass http://127.0.0.1:8090; }" />
        <ErrorState error={new ApiError('not-possible', error)} onRetry={() => setSecret(null)} />
        <EmptyState title="No invitations yet">Invitations by e-mail appear here.</EmptyState>
        <LoadingRows rows={3} />
        <SectionCard title="Table">
          <SampleTable />
        </SectionCard>
      </Stack>
      <ConfirmDialog
        opened={asking}
        title="Revoke the invitation?"
        consequence="The link in the mail stops working. It cannot be made to work again."
        action="Revoke it"
        onConfirm={() => setAsking(false)}
        onClose={() => setAsking(false)}
      />
    </PlainFrame>
  )
}
