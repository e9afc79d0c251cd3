import { createBrowserRouter, type RouteObject } from 'react-router'
import type { Language } from '../texts/languages.ts'
import { wizardAreas, type Area } from '../texts/areas.ts'
import type { TextStore } from '../texts/text-store.ts'
import { ErrorPage } from './error-page.tsx'
import { FirstPaint } from './first-paint.tsx'
import { sections, type PageEntry } from './pages.ts'
import { RequireSession } from './require-session.tsx'
import { Root } from './root.tsx'
import { Shell } from './shell/shell.tsx'

export interface RouterOptions {
  readonly texts: TextStore
  readonly language: () => Language
}

type LazyPage = Pick<PageEntry, 'load' | 'area'>

export function createRouter({ texts, language }: RouterOptions) {
  /** The code of a page and its texts come together, and the page before it stays until both are there. */
  const lazy =
    ({ load, area }: LazyPage) =>
    async () => {
      const [{ Page }] = await Promise.all([load(), texts.load(language(), area)])
      return { Component: Page }
    }

  /** Its steps share their texts with nobody, and come all at once: none of them waits when it is reached. */
  const wizard = async () => {
    const load = (area: Area) => texts.load(language(), area)
    const [{ Page }] = await Promise.all([import('../wizard/page.tsx'), ...wizardAreas.map(load)])
    return { Component: Page }
  }

  const pages: RouteObject[] = sections
    .flatMap((section) => section.pages)
    .map((page) => ({
      path: page.hasParts === true ? `${page.path}/*` : page.path,
      lazy: lazy(page),
      errorElement: <ErrorPage />,
    }))

  return createBrowserRouter([
    {
      element: <Root />,
      errorElement: <ErrorPage />,
      hydrateFallbackElement: <FirstPaint />,
      children: [
        {
          path: '/claim',
          lazy: lazy({ load: () => import('../pages/session/claim-page.tsx'), area: 'session' }),
        },
        {
          path: '/reset',
          lazy: lazy({ load: () => import('../pages/session/reset-page.tsx'), area: 'session' }),
        },
        {
          path: '/sign-in',
          lazy: lazy({ load: () => import('../pages/session/sign-in-page.tsx'), area: 'session' }),
        },
        {
          path: '/restored',
          lazy: lazy({ load: () => import('../pages/restored/page.tsx'), area: 'backups' }),
        },
        {
          path: '/_components',
          lazy: lazy({ load: () => import('../pages/gallery/page.tsx'), area: 'common' }),
        },
        {
          element: <RequireSession />,
          children: [
            { path: '/wizard/*', lazy: wizard },
            {
              element: <Shell />,
              children: [
                ...pages,
                {
                  path: '/take-over',
                  lazy: lazy({ load: () => import('../pages/take-over/page.tsx'), area: 'take-over' }),
                },
                {
                  path: '/confirm',
                  lazy: lazy({ load: () => import('../pages/confirm/page.tsx'), area: 'common' }),
                },
                {
                  path: '*',
                  lazy: lazy({ load: () => import('../pages/not-found/page.tsx'), area: 'shell' }),
                },
              ],
            },
          ],
        },
      ],
    },
  ])
}
