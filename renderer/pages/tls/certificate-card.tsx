import { Button, Group, Stack, Text } from '@mantine/core'
import type { AnswerOf } from '../../api/client.ts'
import { useChange } from '../../api/hooks.ts'
import { CheckList } from '../../components/check-list.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { KeyValues } from '../../components/key-values.tsx'
import { saveFile } from '../../components/save-file.ts'
import { SectionCard } from '../../components/section-card.tsx'
import { Time } from '../../components/time.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'
import { CertificateStatus } from './certificate-status.tsx'

export type TlsStatus = AnswerOf<'GET /api/gateway/tls'>

const bodies = { proxy: 'byProxy', files: 'byFiles', acme: 'byAcme', selfSigned: 'bySelf' } as const

/** The certificate that the public listener shows: what it is, what is wrong with it, when a new one comes. */
export function CertificateCard({ status }: { readonly status: TlsStatus }) {
  const t = useText('tls')
  const { mode, certificate, verdicts, lastError, authorityPem } = status
  const isEmpty = certificate === null && verdicts.length === 0 && lastError === null
  return (
    <SectionCard
      title={t('certificate')}
      description={t(bodies[mode])}
      aside={<CertificateStatus status={status} />}
    >
      {isEmpty ? undefined : (
        <Stack>
          {certificate !== null && <Facts status={status} certificate={certificate} />}
          {verdicts.length > 0 && (
            <CheckList
              steps={verdicts.map(({ code, severity, detail, fix }) => ({
                id: code,
                title: <span lang="en">{detail}</span>,
                outcome: severity === 'warning' ? ('warning' as const) : ('failed' as const),
                fix: <span lang="en">{fix}</span>,
              }))}
            />
          )}
          {lastError !== null && <LastError mode={mode} error={lastError} />}
          {authorityPem !== null && <Authority pem={authorityPem} />}
        </Stack>
      )}
    </SectionCard>
  )
}

interface FactsProps {
  readonly status: TlsStatus
  readonly certificate: NonNullable<TlsStatus['certificate']>
}

function Facts({ status: { nextRenewal }, certificate }: FactsProps) {
  const t = useText('tls')
  const formats = useFormats()
  return (
    <KeyValues
      items={[
        { name: t('names'), value: formats.list(certificate.names) },
        { name: t('issuer'), value: certificate.issuer },
        { name: t('validUntil'), value: formats.date(certificate.notAfter) },
        ...(nextRenewal === null ? [] : [{ name: t('nextRenewal'), value: <Time at={nextRenewal} /> }]),
        { name: t('fingerprint'), value: <code>{certificate.fingerprint}</code> },
      ]}
    />
  )
}

interface LastErrorProps {
  readonly mode: TlsStatus['mode']
  readonly error: NonNullable<TlsStatus['lastError']>
}

/** Why there is no certificate, or no new one; with another try where somebody is asked. */
function LastError({ mode, error: { code, detail, fix, at, nextAttempt } }: LastErrorProps) {
  const t = useText('tls')
  const renew = useChange('POST /api/gateway/tls/renew')
  return (
    <Stack gap="sm">
      <CheckList
        steps={[
          {
            id: code,
            title: <span lang="en">{detail}</span>,
            outcome: 'failed',
            detail: (
              <>
                <Time at={at} />
                {nextAttempt !== null && (
                  <>
                    {' · '}
                    {t('nextAttempt')} <Time at={nextAttempt} />
                  </>
                )}
              </>
            ),
            fix: <span lang="en">{fix}</span>,
          },
        ]}
      />
      {mode === 'acme' && (
        <Group>
          <Button variant="default" loading={renew.isPending} onClick={() => renew.mutate()}>
            {t('tryAgain')}
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {renew.isSuccess ? t('tryingAgain') : ''}
          </Text>
        </Group>
      )}
      {renew.error !== null && <ErrorState error={renew.error} />}
    </Stack>
  )
}

function Authority({ pem }: { readonly pem: string }) {
  const t = useText('tls')
  return (
    <Group>
      <Button
        variant="default"
        onClick={() => saveFile('signpost-authority.pem', pem, 'application/x-pem-file')}
      >
        {t('authoritySave')}
      </Button>
      <Text size="sm" c="dimmed">
        {t('authorityBody')}
      </Text>
    </Group>
  )
}
