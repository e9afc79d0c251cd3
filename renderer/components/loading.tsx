import { Skeleton, Stack, VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'
import { useText } from '../texts/use-text.tsx'

/** Keeps the place of rows that are on their way. */
export function LoadingRows({ rows = 5, height = 44 }: { readonly rows?: number; readonly height?: number }) {
  return (
    <LoadingStack>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={height} radius="sm" />
      ))}
    </LoadingStack>
  )
}

/** Keeps the place of a card. */
export function LoadingCard({ height = 160 }: { readonly height?: number }) {
  return (
    <LoadingStack>
      <Skeleton height={height} radius="md" />
    </LoadingStack>
  )
}

function LoadingStack({ children }: { readonly children: ReactNode }) {
  const t = useText('common')
  return (
    <Stack gap="xs" aria-busy="true">
      <VisuallyHidden role="status">{t('loading')}</VisuallyHidden>
      {children}
    </Stack>
  )
}
