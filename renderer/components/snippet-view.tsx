import { List, Stack, Text } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { CodeBlock } from './code-block.tsx'
import { LoadingCard } from './loading.tsx'
import { QueryView } from './query-view.tsx'

interface Snippet {
  readonly text: string
  readonly remarks: readonly string[]
  readonly place: string
}

/** A piece of configuration of another program, ready to paste, with what to know before. */
export function SnippetView({ query }: { readonly query: UseQueryResult<Snippet> }) {
  return (
    <QueryView query={query} loading={<LoadingCard height={220} />}>
      {({ text, remarks, place }) => (
        <Stack gap="sm">
          {remarks.length > 0 && (
            <List size="sm" spacing={4}>
              {remarks.map((remark) => (
                <List.Item key={remark}>
                  <Text span size="sm" lang="en">
                    {remark}
                  </Text>
                </List.Item>
              ))}
            </List>
          )}
          <CodeBlock title={place} code={text} />
        </Stack>
      )}
    </QueryView>
  )
}
