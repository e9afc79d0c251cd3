import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { builtRenderer } from '../gui/support/built-renderer.ts'

const manifestSchema = z.record(
  z.string(),
  z.object({ file: z.string(), imports: z.array(z.string()).default([]) }),
)

/** Bytes of script, as sent with gzip. */
const budget = 200_000

describe('the script that the console loads', () => {
  let folder: string
  let manifest: z.infer<typeof manifestSchema>
  beforeAll(async () => {
    folder = await builtRenderer()
    manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')))
  })

  /** The files that a browser needs before the first of `names` can run. */
  function filesOf(names: readonly string[]): ReadonlySet<string> {
    const seen = new Set<string>()
    const add = (name: string): void => {
      const chunk = manifest[name]
      if (chunk === undefined) throw new Error(`the build has no ${name}`)
      if (seen.has(chunk.file)) return
      seen.add(chunk.file)
      chunk.imports.forEach(add)
    }
    names.forEach(add)
    return seen
  }

  it.each([
    ['the sign-in', 'pages/session/sign-in-page.tsx'],
    ['the map', 'pages/map/page.tsx'],
  ])('stays under 200 kB for %s, with the frame and the texts of one language', async (_name, page) => {
    const areas = ['shell', 'common', 'errors', 'session', 'map']
    const files = filesOf(['index.html', page, ...areas.map((area) => `texts/de/${area}.ts`)])
    let size = 0
    for (const file of files) size += gzipSync(await readFile(join(folder, file))).length
    expect(size).toBeLessThan(budget)
  })

  it('has no drawing of charts before a page asks for it', async () => {
    for (const file of filesOf(['index.html'])) {
      expect(await readFile(join(folder, file), 'utf8'), file).not.toContain('recharts')
    }
  })
})
