import { Box, Container, Group } from '@mantine/core'
import type { ReactNode } from 'react'
import { AccountMenu } from './shell/account-menu.tsx'
import { Brand } from './shell/brand.tsx'

/** For pages without the navigation: sign-in, claim, wizard. */
export function PlainFrame({
  children,
  wide = false,
}: {
  readonly children: ReactNode
  readonly wide?: boolean
}) {
  return (
    <Box mih="100vh">
      <Group component="header" justify="space-between" px="lg" py="md">
        <Brand />
        <AccountMenu />
      </Group>
      <Container component="main" size={wide ? 'lg' : 460} py="xl" px="md">
        {children}
      </Container>
    </Box>
  )
}
