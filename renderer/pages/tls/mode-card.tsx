import { ConfigForm, type ConfigField, type ConfigSettings } from '../../components/config-form.tsx'
import { valueAt } from '../../components/config-key.ts'
import { SectionCard } from '../../components/section-card.tsx'
import { useEdits } from '../../components/use-edits.ts'
import { useText } from '../../texts/use-text.tsx'

const at = 'server.tls'

/** Who answers HTTPS, and with which certificate. */
export function ModeCard({ settings }: { readonly settings: ConfigSettings }) {
  const t = useText('tls')
  const edits = useEdits()
  const mode = edits.of(`${at}.mode`)?.value ?? valueAt(settings.all, `${at}.mode`)
  return (
    <SectionCard title={t('mode')} description={t('modeBody')}>
      <ConfigForm
        settings={settings}
        edits={edits}
        summary={t('modeSummary')}
        fields={[{ path: `${at}.mode`, label: t('modeKey'), doc: t('modeDoc') }, ...fieldsOf()]}
        more={moreOf()}
      />
    </SectionCard>
  )

  function fieldsOf(): readonly ConfigField[] {
    switch (mode) {
      case 'files':
        return [
          { path: `${at}.certificate`, label: t('certificateFile'), doc: t('certificateFileDoc') },
          { path: `${at}.privateKey`, label: t('keyFile'), doc: t('keyFileDoc') },
        ]
      case 'acme':
        return [
          { path: `${at}.acme.agreeToTerms`, label: t('acmeTerms'), doc: t('acmeTermsDoc') },
          { path: `${at}.acme.email`, label: t('acmeEmail'), doc: t('acmeEmailDoc') },
          { path: `${at}.acme.challenge`, label: t('acmeChallenge'), doc: t('acmeChallengeDoc') },
        ]
      case 'selfSigned':
        return [{ path: `${at}.selfSigned.names`, label: t('selfNames'), doc: t('selfNamesDoc') }]
      default:
        return []
    }
  }

  function moreOf(): readonly ConfigField[] {
    if (mode !== 'acme') return []
    return [
      { path: `${at}.acme.domains`, label: t('acmeDomains'), doc: t('acmeDomainsDoc') },
      { path: `${at}.acme.directory`, label: t('acmeDirectory'), doc: t('acmeDirectoryDoc') },
      { path: `${at}.acme.httpPort`, label: t('acmePort'), doc: t('acmePortDoc') },
      { path: `${at}.acme.caFile`, label: t('acmeCaFile'), doc: t('acmeCaFileDoc') },
    ]
  }
}
