import { Button, Stack, Switch, TextInput } from '@mantine/core'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { textOf, valueAt, withValue, type Settings } from '../draft/values.ts'

/** The one document that the wizard asks for; more of them stand on the page of the policies. */
const id = 'privacy'
const languages = ['en', 'de'] as const
const first: Settings = { version: '1.0', en: { name: 'Privacy policy', url: 'https://' } }

/** Terms that people accept before they use the identity server. */
export function TermsCard() {
  const t = useText('wizard-services')
  const { value, set } = useDraft()
  const terms = (value('terms') as Settings | undefined) ?? {}
  const own = terms[id] as Settings | undefined
  const keep = (next: Settings | undefined) => {
    const all = withValue(terms, id, next)
    set('terms', Object.keys(all).length === 0 ? undefined : all)
  }
  const field = (path: string, label: string) => (
    <TextInput
      key={path}
      label={label}
      maw="28rem"
      value={textOf(valueAt(own, path))}
      onChange={(event) => keep(withValue(own ?? {}, path, event.currentTarget.value))}
    />
  )
  return (
    <SectionCard title={t('terms')} description={t('termsWhat')}>
      <Stack>
        <Switch
          label={t('termsOn')}
          checked={own !== undefined}
          onChange={(event) => keep(event.currentTarget.checked ? first : undefined)}
        />
        {own !== undefined && (
          <>
            {field('version', t('termsVersion'))}
            {languages
              .filter((language) => own[language] !== undefined)
              .flatMap((language) => [
                field(`${language}.name`, t('termsName', { language })),
                field(`${language}.url`, t('termsUrl', { language })),
              ])}
            {own['de'] === undefined && (
              <div>
                <Button
                  variant="subtle"
                  size="xs"
                  onClick={() =>
                    keep(withValue(own, 'de', { name: 'Datenschutzerklärung', url: 'https://' }))
                  }
                >
                  {t('termsGerman')}
                </Button>
              </div>
            )}
          </>
        )}
      </Stack>
    </SectionCard>
  )
}
