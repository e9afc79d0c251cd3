import { editFile } from './edit-file.ts'
import type { Edit } from './finding.ts'
import { isOpenChange, mayShowLine } from './secrecy.ts'
import { fileOf, type HomeserverFile, type ParsedFile } from './source.ts'
import { unifiedDiff } from './unified-diff.ts'

export interface Change {
  /** The smallest change of the files, for `patch -p0`; empty when there is nothing that can be changed for certain. */
  readonly diff: string
  /** The changed files whole. They hold the secrets of the former ones: for writing, never for showing. */
  readonly files: readonly HomeserverFile[]
}

/** Makes the changes one after the other, each in the file that decides on its key, new keys in the last file. */
export function changeFiles(files: readonly ParsedFile[], edits: readonly Edit[]): Change {
  const texts = new Map(files.map(({ name, text }) => [name, text]))
  for (const edit of edits) {
    const name = (fileOf(files, edit.path) ?? files.at(-1))?.name
    const text = name === undefined ? undefined : texts.get(name)
    if (name === undefined || text === undefined) continue
    const edited = editFile(text, edit)
    if (edited !== null && isShowable(text, edited)) texts.set(name, edited)
  }
  const changed = files.flatMap(({ name, text }) => {
    const after = texts.get(name) ?? text
    return after === text ? [] : [{ name, text: after, before: text }]
  })
  const diffs = changed.map(({ name, text, before }) =>
    unifiedDiff(before, text, { name, mayShow: mayShowLine }),
  )
  return { diff: diffs.join(''), files: changed.map(({ name, text }) => ({ name, text })) }
}

/** A change is left out when its own lines would show more than the change. */
function isShowable(before: string, after: string): boolean {
  const diff = unifiedDiff(before, after, { name: '', mayShow: () => false })
  const lines = diff.split('\n').filter((line) => /^[-+](?![-+]{2} )/.test(line))
  return lines.every((line) => isOpenChange(line.slice(1)))
}

/** The same path once more, as when two checks name one change. */
export function withoutDoubles(edits: readonly Edit[]): readonly Edit[] {
  const seen = new Set<string>()
  return edits.filter((edit) => {
    const text = JSON.stringify(edit)
    return seen.has(text) ? false : seen.add(text)
  })
}
