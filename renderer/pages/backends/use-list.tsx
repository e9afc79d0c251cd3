import { Badge, Group } from '@mantine/core'
import { useText, type PlainKey } from '../../texts/use-text.tsx'
import type { Backend } from './model.ts'

type Use = Backend['uses'][number]['use']

export const useNames = {
  lookup: 'useLookup',
  search: 'useSearch',
  authentication: 'useAuthentication',
  profile: 'useProfile',
} as const satisfies Record<Use, PlainKey<'backends'>>

/** What a backend is asked for. */
export function UseList({ uses }: Pick<Backend, 'uses'>) {
  const t = useText('backends')
  return (
    <Group gap={6} mt="xs" component="ul" p={0} m={0}>
      {uses
        .filter(({ on }) => on)
        .map(({ use }) => (
          <Badge key={use} component="li" variant="light" color="gray" tt="none">
            {t(useNames[use])}
          </Badge>
        ))}
    </Group>
  )
}
