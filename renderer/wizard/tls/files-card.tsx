import { Stack } from '@mantine/core'
import { CheckList } from '../../components/check-list.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { KeyValues } from '../../components/key-values.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'
import { DraftText } from '../parts/draft-fields.tsx'
import type { Judgement } from './use-judgement.ts'

/** A certificate that lies on this machine, judged as soon as it is named. */
export function FilesCard({ judgement: { query, isComplete } }: { readonly judgement: Judgement }) {
  const t = useText('wizard-connect')
  return (
    <SectionCard title={t('modeFiles')} description={t('filesWhat')}>
      <Stack>
        <DraftText
          path="server.tls.certificate"
          label={t('certificateFile')}
          placeholder="/etc/letsencrypt/live/matrix.example.org/fullchain.pem"
        />
        <DraftText
          path="server.tls.privateKey"
          label={t('keyFile')}
          placeholder="/etc/letsencrypt/live/matrix.example.org/privkey.pem"
        />
        <div aria-live="polite">
          {isComplete && query.isFetching && <LoadingRows rows={2} height={36} />}
          {!query.isFetching && query.error !== null && <ErrorState error={query.error} />}
          {!query.isFetching && query.data !== undefined && <Judged {...query.data} />}
        </div>
      </Stack>
    </SectionCard>
  )
}

type Judged = NonNullable<Judgement['query']['data']>

function Judged({ certificate, verdicts }: Judged) {
  const t = useText('wizard-connect')
  const formats = useFormats()
  return (
    <Stack gap="sm">
      {certificate !== null && (
        <KeyValues
          items={[
            { name: t('certificateNames'), value: formats.list(certificate.names) },
            { name: t('certificateIssuer'), value: certificate.issuer },
            { name: t('certificateUntil'), value: formats.date(certificate.notAfter) },
          ]}
        />
      )}
      <CheckList
        steps={
          verdicts.length === 0
            ? [{ id: 'fine', title: t('certificateFine'), outcome: 'ok' }]
            : verdicts.map(({ code, severity, detail, fix }) => ({
                id: code,
                title: <span lang="en">{detail}</span>,
                outcome: severity === 'warning' ? ('warning' as const) : ('failed' as const),
                fix: <span lang="en">{fix}</span>,
              }))
        }
      />
    </Stack>
  )
}
