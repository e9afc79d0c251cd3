import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { backendSections, checkSection, type BackendConfig } from '../../../src/backends/sections.ts'
import type { BackendInput } from './context.ts'

const docs = join(import.meta.dirname, '../../../docs')

export const readDocument = (name: string) => readFile(join(docs, name), 'utf8')

/** What stands between the fences of a language in a document of `docs/`, in its order. */
export async function documentedBlocks(name: string, language: string): Promise<readonly string[]> {
  const text = await readDocument(name)
  return [...text.matchAll(/```(\w+)\n(.*?)```/gs)].flatMap(([, of, block = '']) =>
    of === language ? [block] : [],
  )
}

/** Every backend that a document configures, as it would stand in `signpost.yaml`. */
export async function documentedInputs(name: string): Promise<readonly BackendInput[]> {
  const blocks = await documentedBlocks(name, 'yaml')
  return blocks.flatMap((block) => {
    const { backends } = parse(block.startsWith('backends:') ? block : `backends:\n${block}`) as {
      backends: BackendInput[]
    }
    return backends
  })
}

/** The same as Signpost reads them. Throws when one of them cannot be used. */
export async function documentedSections(name: string): Promise<readonly BackendConfig[]> {
  const inputs = await documentedInputs(name)
  return inputs.map((one) => {
    const section = backendSections.parse(one)
    const [finding] = checkSection(section)
    if (finding !== undefined) throw new Error(`${finding.keys.join('.')}: ${finding.message}`)
    return section
  })
}
