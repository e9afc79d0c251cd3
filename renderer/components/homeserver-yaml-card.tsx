import { Stack, Text } from '@mantine/core'
import type { AnswerOf } from '../api/client.ts'
import type { ApiError } from '../api/api-error.ts'
import { CheckList, type CheckOutcome } from './check-list.tsx'
import { CodeBlock } from './code-block.tsx'
import { ErrorState } from './error-state.tsx'
import { FileDrop } from './file-drop.tsx'
import { SectionCard } from './section-card.tsx'

type Read = AnswerOf<'POST /api/gateway/homeserver-yaml'>

export interface HomeserverYamlCardProps {
  readonly texts: {
    readonly title: string
    readonly description: string
    readonly choose: string
    readonly hint: string
    readonly fine: string
    readonly diff: string
  }
  /** The call that reads the files. */
  readonly read: {
    readonly isPending: boolean
    readonly error: ApiError | null
    readonly data: Read | undefined
  }
  readonly onFiles: (files: { name: string; text: string }[]) => void
  /** Names the file and the line of each finding. */
  readonly withPlaces?: boolean
}

const outcomes = {
  problem: 'failed',
  warning: 'warning',
  note: 'ok',
} as const satisfies Record<Read['findings'][number]['severity'], CheckOutcome>

/** Reads the configuration of a Synapse and says what stands in the way. It goes to our own server and is not kept. */
export function HomeserverYamlCard({ texts, read, onFiles, withPlaces = false }: HomeserverYamlCardProps) {
  const take = async (files: readonly File[]) =>
    onFiles(await Promise.all(files.map(async (file) => ({ name: file.name, text: await file.text() }))))
  return (
    <SectionCard title={texts.title} description={texts.description}>
      <Stack>
        <FileDrop
          action={texts.choose}
          hint={texts.hint}
          accept=".yaml,.yml"
          multiple
          pending={read.isPending}
          onFiles={(files) => void take(files)}
        />
        <div aria-live="polite">
          {read.error !== null && <ErrorState error={read.error} />}
          {read.data !== undefined && (
            <Stack>
              {read.data.findings.length === 0 ? (
                <Text size="sm">{texts.fine}</Text>
              ) : (
                <Findings findings={read.data.findings} withPlaces={withPlaces} />
              )}
              {read.data.diff !== '' && <CodeBlock title={texts.diff} code={read.data.diff} />}
            </Stack>
          )}
        </div>
      </Stack>
    </SectionCard>
  )
}

interface FindingsProps {
  readonly findings: Read['findings']
  readonly withPlaces: boolean
}

function Findings({ findings, withPlaces }: FindingsProps) {
  return (
    <CheckList
      steps={findings.map(({ code, path, file, line, severity, detail, why, fix }, index) => ({
        id: `${code} ${path} ${index}`,
        title: <span lang="en">{detail}</span>,
        outcome: outcomes[severity],
        detail: (
          <>
            {withPlaces && file !== null && (
              <>
                <code>{line === null ? file : `${file}:${line}`}</code>{' '}
              </>
            )}
            <span lang="en">{why}</span>
          </>
        ),
        ...(fix === null ? {} : { fix: <span lang="en">{fix}</span> }),
      }))}
    />
  )
}
