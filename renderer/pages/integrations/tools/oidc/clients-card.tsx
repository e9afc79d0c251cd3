import { Stack } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../../../../api/hooks.ts'
import { CopyButton } from '../../../../components/copy-button.tsx'
import { DataTable } from '../../../../components/data-table/data-table.tsx'
import { EmptyState } from '../../../../components/empty-state.tsx'
import { KeyValues } from '../../../../components/key-values.tsx'
import { QueryView } from '../../../../components/query-view.tsx'
import { SectionCard } from '../../../../components/section-card.tsx'
import { useText } from '../../../../texts/use-text.tsx'
import { SecretOnce } from '../secret-once.tsx'
import { AddClientForm } from './add-client-form.tsx'
import { ClientDialog, type Deed } from './client-dialog.tsx'
import { useClientColumns } from './use-client-columns.tsx'

/** A secret that was just made, with the sentence that says whose it is. */
interface Made {
  readonly title: string
  readonly secret: string
}

/** The programs that have people signed in: add one, give one another secret, remove one. */
export function ClientsCard() {
  const t = useText('integration-tools')
  const provider = useApi('GET /api/integrations/oidc')
  const [made, setMade] = useState<Made | null>(null)
  const [deed, setDeed] = useState<Deed | null>(null)
  const columns = useClientColumns(setDeed)
  return (
    <SectionCard title={t('provider')} description={t('providerBody')}>
      <QueryView query={provider}>
        {({ issuer, masProvider, clients }) => (
          <Stack gap="md">
            <KeyValues
              items={[
                {
                  name: t('issuer'),
                  value: (
                    <>
                      <code>{issuer}</code> <CopyButton text={issuer} label={`${t('issuer')}: ${issuer}`} />
                    </>
                  ),
                },
              ]}
            />
            <DataTable
              label={t('provider')}
              rows={clients}
              rowKey={({ id }) => id}
              columns={columns}
              empty={<EmptyState title={t('noClients')}>{t('noClientsBody')}</EmptyState>}
            />
            {made !== null && <SecretOnce {...made} onDone={() => setMade(null)} />}
            <AddClientForm
              masProvider={masProvider}
              isFirst={clients.length === 0}
              onAdded={({ id, secret }) => setMade({ title: t('added', { id }), secret })}
            />
            {deed !== null && (
              <ClientDialog
                deed={deed}
                onRenewed={({ id, secret }) => setMade({ title: t('renewed', { id }), secret })}
                onClose={() => setDeed(null)}
              />
            )}
          </Stack>
        )}
      </QueryView>
    </SectionCard>
  )
}
