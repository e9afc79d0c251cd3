import { Alert, Button, List, Stack, Text } from '@mantine/core'
import { IconWand } from '@tabler/icons-react'
import { useChange } from '../../../api/hooks.ts'
import type { Input } from '../../../api/client.ts'
import { ErrorState } from '../../../components/error-state.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { SampleTable } from '../check/sample-table.tsx'
import type { Section } from '../model.ts'

type GuessBody = Input<'POST /api/backends/guess'>['body']

export interface GuessCardProps {
  readonly section: Section
  /** What was found out: kind, bases, attributes. */
  readonly onGuess: (found: Section) => void
}

/** Looks into an LDAP directory and fills in what fits it. */
export function GuessCard({ section, onGuess }: GuessCardProps) {
  const t = useText('backends')
  const guess = useChange('POST /api/backends/guess', {
    invalidates: [],
    timeoutMs: 60_000,
    onDone: ({ section: { preset, bases, attributes } }) => onGuess({ preset, bases, attributes }),
  })
  const servers = Array.isArray(section['servers']) ? (section['servers'] as string[]) : []
  return (
    <SectionCard
      title={t('guess')}
      description={t('guessWhat')}
      aside={
        <Button
          variant="default"
          disabled={servers.length === 0}
          loading={guess.isPending}
          leftSection={<IconWand size={16} aria-hidden />}
          onClick={() => guess.mutate({ body: guessBody(section, servers) })}
        >
          {t('guessRun')}
        </Button>
      }
    >
      {guess.error !== null ? (
        <ErrorState error={guess.error} />
      ) : guess.data === undefined ? undefined : (
        <Stack gap="sm" aria-live="polite">
          <Alert color="petrol" title={t('guessDone')}>
            <List size="sm">
              {guess.data.reasons.map((reason) => (
                <List.Item key={reason}>{reason}</List.Item>
              ))}
            </List>
          </Alert>
          <Text size="sm" fw={600}>
            {t('sampleTitle')}
          </Text>
          <SampleTable people={guess.data.sample} />
        </Stack>
      )}
    </SectionCard>
  )
}

/** The entrance of the directory, as far as it is filled in. The server says what is wrong with it. */
function guessBody(section: Section, servers: string[]): GuessBody {
  const given = Object.fromEntries(
    ['id', 'startTls', 'caFile', 'verifyCertificate', 'bindDn', 'bindPassword', 'bases']
      .map((key) => [key, section[key]] as const)
      .filter(
        ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
      ),
  )
  return { ...given, servers }
}
