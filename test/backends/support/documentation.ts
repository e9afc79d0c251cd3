import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { backendSections, checkSection, type BackendConfig } from '../../../src/backends/sections.ts'

const docs = join(import.meta.dirname, '../../../docs')

export const readDocument = (name: string) => readFile(join(docs, name), 'utf8')

/** Every backend that a document of `docs/` configures. Throws when one of them cannot be used. */
export async function documentedSections(name: string): Promise<readonly BackendConfig[]> {
  const text = await readDocument(name)
  return [...text.matchAll(/```yaml\n(.*?)```/gs)].flatMap(([, block = '']) => {
    const { backends } = parse(block.startsWith('backends:') ? block : `backends:\n${block}`) as {
      backends: unknown[]
    }
    return backends.map((one) => {
      const section = backendSections.parse(one)
      const [finding] = checkSection(section)
      if (finding !== undefined) throw new Error(`${finding.keys.join('.')}: ${finding.message}`)
      return section
    })
  })
}
