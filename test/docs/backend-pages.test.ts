import { readdir } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { documentedSections, readDocument } from '../backends/support/documentation.ts'

const docs = join(import.meta.dirname, '../../docs')

describe.each([
  ['ldap', 2],
  ['sql', 3],
  ['synapse', 3],
  ['wordpress', 3],
] as const)('the page of the %s backend', (type, count) => {
  const page = `${type}-backend.md`

  it('shows configurations that can be used', async () => {
    const sections = await documentedSections(page)
    expect(sections.map((section) => section.type)).toEqual(Array.from({ length: count }, () => type))
  })

  it('leads to pages that are there', async () => {
    const files = await readdir(docs, { recursive: true })
    const text = await readDocument(page)
    const links = [...text.matchAll(/\]\(([^)#:]+\.md)/g)].map(([, link = '']) => link)
    for (const link of links) expect(files).toContain(normalize(join(dirname(page), link)))
    expect(await readDocument('backends.md')).toContain(`(${page})`)
  })
})
