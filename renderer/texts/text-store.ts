import { firstAreas, type Area, type Glossary } from './areas.ts'
import type { Texts } from './format-text.ts'
import type { Language } from './languages.ts'

const files = import.meta.glob<{ readonly texts: Texts }>('./{en,de}/*.ts')

/** The loaded tables of texts, by language and area. */
export interface TextStore {
  /** The same promise for every call, so that React can wait for it. */
  load(language: Language, area: Area | Glossary): Promise<Texts>
  /** Everything that the frame around the pages needs. */
  loadFirst(language: Language): Promise<void>
}

export function createTextStore(): TextStore {
  const loading = new Map<string, Promise<Texts>>()

  async function fetchTable(path: string): Promise<Texts> {
    const file = files[path]
    if (file === undefined) throw new Error(`no texts at ${path}`)
    try {
      const { texts } = await file()
      return texts
    } catch (error) {
      // The next look tries again.
      loading.delete(path)
      throw error
    }
  }

  function load(language: Language, area: Area | Glossary): Promise<Texts> {
    const path = `./${language}/${area}.ts`
    const known = loading.get(path)
    if (known !== undefined) return known
    const promise = readable(fetchTable(path))
    loading.set(path, promise)
    return promise
  }

  return {
    load,
    async loadFirst(language) {
      await Promise.all(firstAreas.map((area) => load(language, area)))
    },
  }
}

/**
 * Notes down on a promise what became of it, where React's `use` looks first: what is loaded is taken at once, without
 * the fallback for a moment. Every render has to call `use`, also one that finds the table loaded: React goes on in a
 * component that has waited from there.
 */
function readable<T>(promise: Promise<T>): Promise<T> {
  promise.then(
    (value) => Object.assign(promise, { status: 'fulfilled', value }),
    (reason: unknown) => Object.assign(promise, { status: 'rejected', reason }),
  )
  return promise
}
