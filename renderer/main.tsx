import '@mantine/core/styles.css'
import './app/tokens.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router/dom'
import { readNonce } from './app/nonce.ts'
import { Providers } from './app/providers.tsx'
import { createRouter } from './app/router.tsx'
import { createServices } from './app/services.ts'
import { preferredLanguage } from './texts/languages.ts'

async function start(): Promise<void> {
  const nonce = readNonce()
  const services = createServices()
  const language = () => preferredLanguage(localStorage, navigator.languages)
  const first = language()
  const router = createRouter({ texts: services.texts, language })
  await services.texts.loadFirst(first)
  const root = document.querySelector('#root')
  if (root === null) throw new Error('the page has no element #root')
  createRoot(root).render(
    <StrictMode>
      <Providers services={services} language={first} nonce={nonce}>
        <RouterProvider router={router} />
      </Providers>
    </StrictMode>,
  )
}

void start()
