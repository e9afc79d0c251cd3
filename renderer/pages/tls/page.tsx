import { Stack } from '@mantine/core'
import { useApi } from '../../api/hooks.ts'
import { DoctorCard } from '../../components/doctor-card.tsx'
import { LoadingCard } from '../../components/loading.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { useText } from '../../texts/use-text.tsx'
import { AddressCard } from './address-card.tsx'
import { CertificateCard } from './certificate-card.tsx'
import { ModeCard } from './mode-card.tsx'
import { ProxyCard } from './proxy-card.tsx'

export function Page() {
  const t = useText('tls')
  // While an authority is asked, there is news every moment.
  const tls = useApi('GET /api/gateway/tls', undefined, {
    refetchEvery: (answer) => (answer?.mode === 'acme' ? 5_000 : 60_000),
  })
  const settings = useApi('GET /api/settings')
  return (
    <>
      <PageHeader
        title={t('title')}
        description={
          tls.data === undefined ? t('description') : t('descriptionAt', { address: tls.data.publicUrl })
        }
      />
      <Stack gap="md">
        <QueryView query={tls} loading={<LoadingCard height={220} />}>
          {(status) => (
            <>
              <CertificateCard status={status} />
              {status.mode === 'proxy' && <ProxyCard />}
            </>
          )}
        </QueryView>
        <DoctorCard
          title={t('test')}
          description={t('testBody')}
          action={t('testNow')}
          areas={['public-url', 'server']}
        />
        <QueryView query={settings} loading={<LoadingCard height={320} />}>
          {(data) => (
            <>
              <ModeCard settings={data} />
              <AddressCard settings={data} />
            </>
          )}
        </QueryView>
      </Stack>
    </>
  )
}
