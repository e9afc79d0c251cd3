import { formatPath, type KeyPath } from '../../../config/problems.ts'
import type { Seen } from '../finding.ts'
import type { ParsedFile } from '../source.ts'

/** What is wrong with the files themselves. */
export function* checkFiles(files: readonly ParsedFile[], unreadable: readonly KeyPath[]): Iterable<Seen> {
  for (const { name, repeated } of files) {
    for (const key of repeated) {
      yield {
        code: 'key-repeated',
        severity: 'warning',
        keys: [key],
        detail: `The key ${key} stands in ${name} more than once.`,
        why: 'Synapse takes the last one and says nothing about the others.',
        fix: 'Bring their contents together under one.',
      }
    }
  }
  for (const path of unreadable) {
    yield {
      code: 'value-not-understood',
      severity: 'warning',
      keys: path,
      detail: `The value of ${formatPath(path)} is not of the kind that Synapse expects.`,
      why: 'It was left out of account here, and Synapse may refuse to start with it.',
      fix: 'Compare it with the configuration manual of Synapse.',
    }
  }
}
