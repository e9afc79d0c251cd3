import { Button, List, Stack, Text } from '@mantine/core'
import type { ApiError } from '../../api/api-error.ts'
import { CheckList } from '../../components/check-list.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraftCall } from '../draft/use-draft-call.ts'
import { textsOf, type Settings } from '../draft/values.ts'
import { kinds, type SectionField } from './kinds.ts'
import { SectionCheck } from './section-check.tsx'
import { SectionFields } from './section-fields.tsx'

/** What the look into the directory fills in: the place, which is often narrowed down, and the rest, which seldom is. */
const place: readonly SectionField[] = [
  {
    path: 'bases',
    label: 'bases',
    what: 'basesWhat',
    type: 'lines',
    placeholder: 'ou=people,dc=example,dc=org',
  },
  { path: 'filter', label: 'filter', what: 'filterWhat', type: 'text' },
]
const attributes: readonly SectionField[] = [
  {
    path: 'preset',
    label: 'preset',
    type: 'choice',
    choices: [
      { value: 'openldap', label: 'OpenLDAP' },
      { value: 'activeDirectory', label: 'Active Directory' },
      { value: 'samba', label: 'Samba' },
      { value: '389ds', label: '389 Directory Server' },
      { value: 'edirectory', label: 'NetIQ eDirectory' },
    ],
  },
  { path: 'attributes.user', label: 'attributeUser', what: 'attributeUserWhat', type: 'text' },
  { path: 'attributes.name', label: 'attributeName', type: 'text' },
  { path: 'attributes.emails', label: 'attributeEmails', type: 'list' },
  { path: 'attributes.phones', label: 'attributePhones', what: 'attributePhonesWhat', type: 'list' },
]

const PATIENCE_MS = 40_000

export interface LdapCardProps {
  readonly section: Settings
  readonly onChange: (section: Settings) => void
  readonly onResult: (isFine: boolean) => void
}

/** First the way into the directory, then what is found in it, then the people. */
export function LdapCard({ section, onChange, onResult }: LdapCardProps) {
  const t = useText('wizard-people')
  const guess = useDraftCall('POST /api/backends/guess', PATIENCE_MS)
  const servers = textsOf(section['servers'])
  const connect = () => {
    const { servers: _servers, bases: _bases, ...rest } = section
    const entrance = { startTls: rest['startTls'], caFile: rest['caFile'], bindDn: rest['bindDn'] }
    const body = { ...entrance, id: String(section['id']), servers, bindPassword: rest['bindPassword'] }
    guess.mutate(
      // What was typed is read by the server, which says what is wrong with it.
      { body: { ...body, draft: true } as never },
      {
        onSuccess({ section: found }) {
          const { preset, bases, attributes } = found
          onChange({ ...section, preset, bases, attributes })
        },
      },
    )
  }
  const isKnown = section['bases'] !== undefined
  return (
    <Stack>
      <SectionFields fields={kinds.ldap.fields} section={section} onChange={onChange} />
      <div>
        <Button
          variant={isKnown ? 'default' : 'filled'}
          disabled={servers.length === 0}
          loading={guess.isPending}
          onClick={connect}
        >
          {t(isKnown ? 'connectAgain' : 'connect')}
        </Button>
      </div>
      <div aria-live="polite">
        {guess.isPending && <LoadingRows rows={2} height={32} />}
        {guess.error !== null && !guess.isPending && <NoEntrance error={guess.error} />}
        {guess.data !== undefined && !guess.isPending && (
          <>
            <Text fw={600}>{t('connected')}</Text>
            <List size="sm" lang="en">
              {guess.data.reasons.map((reason) => (
                <List.Item key={reason}>{reason}</List.Item>
              ))}
            </List>
          </>
        )}
      </div>
      {isKnown && (
        <>
          <SectionFields fields={place} section={section} onChange={onChange} />
          <details>
            <summary>{t('adjust')}</summary>
            <Stack mt="sm">
              <SectionFields fields={attributes} section={section} onChange={onChange} />
            </Stack>
          </details>
          <SectionCheck section={section} onResult={onResult} />
        </>
      )}
    </Stack>
  )
}

/** Why the directory could not be entered, in its own words; anything else is an error as everywhere. */
function NoEntrance({ error }: { readonly error: ApiError }) {
  const t = useText('wizard-people')
  if (error.code !== 'unavailable') return <ErrorState error={error} />
  const { detail, fix } = error
  return (
    <CheckList
      steps={[
        {
          id: 'entrance',
          title: t('notConnected'),
          outcome: 'failed',
          detail: <span lang="en">{detail}</span>,
          ...(fix === null ? {} : { fix: <span lang="en">{fix}</span> }),
        },
      ]}
    />
  )
}
