import { Checkbox, Stack } from '@mantine/core'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { DraftSelect, DraftText } from '../parts/draft-fields.tsx'

/** A certificate that Signpost gets by itself. */
export function AcmeCard() {
  const t = useText('wizard-connect')
  const { value, set } = useDraft()
  return (
    <SectionCard title={t('modeAcme')} description={t('acmeWhat')}>
      <Stack>
        <Checkbox
          label={t('acmeTerms')}
          checked={value('server.tls.acme.agreeToTerms') === true}
          onChange={(event) =>
            set('server.tls.acme.agreeToTerms', event.currentTarget.checked ? true : undefined)
          }
        />
        <DraftText
          path="server.tls.acme.email"
          label={t('acmeEmail')}
          description={t('acmeEmailWhat')}
          placeholder="admin@example.org"
        />
        <DraftSelect
          path="server.tls.acme.challenge"
          label={t('acmeChallenge')}
          byDefault="http-01"
          choices={[
            { value: 'http-01', label: t('acmeHttp') },
            { value: 'tls-alpn-01', label: t('acmeAlpn') },
          ]}
        />
      </Stack>
    </SectionCard>
  )
}
