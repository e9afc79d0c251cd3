import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense, type ReactNode } from 'react'
import { ClientContext } from '../api/client-context.ts'
import { EventsContext } from '../api/use-events.ts'
import type { Language } from '../texts/languages.ts'
import { TextProvider } from '../texts/use-text.tsx'
import type { Services } from './services.ts'
import { cssVariables, theme } from './theme.ts'

/** Nothing of the first view: messages and the question for the password come later, if at all. */
const Overlays = lazy(async () => ({ default: (await import('./overlays.tsx')).Overlays }))

export interface ProvidersProps {
  readonly services: Services
  readonly language: Language
  /** Of the content policy: the few `<style>` elements that Mantine makes carry it. */
  readonly nonce: string
  readonly children: ReactNode
}

export function Providers({ services, language, nonce, children }: ProvidersProps) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
      deduplicateInlineStyles
    >
      <TextProvider store={services.texts} first={language}>
        <QueryClientProvider client={services.queries}>
          <ClientContext value={services.client}>
            <EventsContext value={services.events}>
              {children}
              <Suspense>
                <Overlays confirmation={services.confirmation} />
              </Suspense>
            </EventsContext>
          </ClientContext>
        </QueryClientProvider>
      </TextProvider>
    </MantineProvider>
  )
}
