import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { doctorReference } from '../../build/doctor-reference.ts'
import { allChecks } from '../../src/doctor/all-checks.ts'
import { areas } from '../../src/doctor/check.ts'
import { runnerFaults } from '../../src/doctor/runner-faults.ts'

const faults = [
  ...allChecks.flatMap((check) => Object.entries(check.faults)),
  ...Object.entries(runnerFaults),
]

describe('the catalogue of the doctor', () => {
  it('has codes that scripts can rely on: of one form, each with one meaning', () => {
    const codes = [...allChecks.map(({ code }) => code), ...faults.map(([code]) => code)]
    expect(codes.filter((code) => !/^[a-z]+(-[a-z]+)*$/.test(code))).toEqual([])
    const byCode = Map.groupBy(faults, ([code]) => code)
    const several = [...byCode].filter(([, same]) => new Set(same.map(([, fault]) => fault)).size > 1)
    expect(several.map(([code]) => code)).toEqual([])
    // A check says by its own code that all is well, so that no fault may have it.
    expect(allChecks.filter(({ code }) => byCode.has(code)).map(({ code }) => code)).toEqual([])
    expect(new Set(allChecks.map(({ code }) => code)).size).toBe(allChecks.length)
  })

  it('says of each fault in sentences what it means, and why it is so', () => {
    const unfinished = faults.filter(
      ([, { meaning, cause, fix }]) =>
        ![meaning, cause].every((text) => /^[\w/"].*\.$/s.test(text)) || fix === '',
    )
    expect(unfinished.map(([code]) => code)).toEqual([])
  })

  it('has a check for each area', () => {
    expect(Object.keys(areas).filter((area) => !allChecks.some((check) => check.area === area))).toEqual([])
  })

  it('is what docs/doctor.md shows, with a heading for every link of a finding', async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/doctor.md'), 'utf8')
    expect(page === doctorReference(), 'docs/doctor.md is out of date: npm run docs').toBe(true)
    const missing = faults.filter(([code]) => !page.includes(`\n### ${code}\n`))
    expect(missing.map(([code]) => code)).toEqual([])
  })
})
