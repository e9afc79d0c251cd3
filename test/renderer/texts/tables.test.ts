import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Text, Texts } from '../../../renderer/texts/format-text.ts'
import { wordsIn, type Words } from './words.ts'

const renderer = resolve(import.meta.dirname, '../../../renderer')
const areas = globSync('texts/en/*.ts', { cwd: renderer }).map((file) => basename(file, '.ts'))

/** Keys of these come from the server, by type: see `ErrorCode`. */
const keyedByServer = new Set(['errors'])

async function load(language: string, area: string): Promise<Texts> {
  const file = (await import(join(renderer, 'texts', language, `${area}.ts`))) as { readonly texts: Texts }
  return file.texts
}

const formsOf = (text: Text | undefined): readonly string[] =>
  text === undefined ? [] : typeof text === 'string' ? [text] : Object.values(text)

const namesIn = (form: string) => [...form.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()

/** In every form of a text that has any; "one" may leave the number out. */
const valuesOf = (text: Text | undefined) => new Set(formsOf(text).flatMap(namesIn))

describe('the texts of the console', () => {
  let words: Words
  beforeAll(async () => {
    const files = globSync('**/*.{ts,tsx}', { cwd: renderer }).filter(
      (file) => !file.startsWith('texts/en/') && !file.startsWith('texts/de/'),
    )
    words = await wordsIn(
      await Promise.all(
        files.map(async (file) => ({ file, text: await readFile(join(renderer, file), 'utf8') })),
      ),
    )
  })

  it.each(areas)('have the same keys and values in both languages: %s', async (area) => {
    const [english, german] = await Promise.all([load('en', area), load('de', area)])
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort())
    for (const [key, text] of Object.entries(english)) {
      expect(valuesOf(german[key]), key).toEqual(valuesOf(text))
    }
  })

  it.each(areas)('are not empty, and have no blanks at their ends: %s', async (area) => {
    for (const language of ['en', 'de']) {
      for (const [key, text] of Object.entries(await load(language, area))) {
        for (const form of formsOf(text))
          expect(form.trim(), `${language} ${key}`).toBe(form === '' ? 'a text' : form)
      }
    }
  })

  it.each(areas.filter((area) => !keyedByServer.has(area)))('are all used by the code: %s', async (area) => {
    const unused = Object.keys(await load('en', area)).filter((key) => !words.has(key))
    expect(unused).toEqual([])
  })
})
