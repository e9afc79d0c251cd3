import { expect, test } from 'vitest'
import { shownFinding } from '../../../src/admin/doctor/shown-finding.ts'
import { allChecks } from '../../../src/doctor/all-checks.ts'
import type { Finding } from '../../../src/doctor/check.ts'

const backup = allChecks.find(({ code }) => code === 'backup')
const usual = backup?.faults['backup-late']

const finding: Finding = {
  ...{ code: 'backup-late', check: 'backup', status: 'problem', area: 'storage', title: 'the backups' },
  ...{ subject: null, detail: 'The latest is 3 days old.', link: null, ms: 1 },
  cause: usual?.cause ?? null,
  fix: usual?.fix ?? null,
}

test('words that every such fault has may be said in another language, those of one case may not', () => {
  expect(shownFinding(finding).isUsual).toEqual({ cause: true, fix: true })
  expect(shownFinding({ ...finding, fix: 'Mount the disk.' }).isUsual).toEqual({ cause: true, fix: false })
})

test('what is fine has no words of a fault', () => {
  const fine: Finding = { ...finding, code: 'backup', status: 'ok', cause: null, fix: null }
  expect(shownFinding(fine).isUsual).toEqual({ cause: false, fix: false })
})
