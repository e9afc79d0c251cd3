import { describe, expect, it } from 'vitest'
import { held, stays } from '../../../renderer/pages/backups/person/holding-text.ts'
import { operations } from '../../../renderer/pages/changes/operation-text.ts'
import { sectionNames } from '../../../renderer/pages/settings/section-names.ts'
import { groupKeys } from '../../../renderer/pages/settings/model.ts'
import { texts as doctorCodes } from '../../../renderer/texts/de/doctor-codes.ts'
import { texts as importRules } from '../../../renderer/texts/de/import-rules.ts'
import { texts as settingsKeys } from '../../../renderer/texts/de/settings-keys.ts'
import type { Texts } from '../../../renderer/texts/format-text.ts'
import type { RouteDescription } from '../../../src/admin/api/route.ts'
import { contract } from '../../../src/admin/contract.ts'
import { settingsOperations } from '../../../src/admin/changes/settings.ts'
import { describeConfig } from '../../../src/config/describe.ts'
import { allChecks } from '../../../src/doctor/all-checks.ts'
import { runnerFaults } from '../../../src/doctor/runner-faults.ts'
import { rules } from '../../../src/migrate/import/findings.ts'
import { holdingsOf } from '../../../src/migrate/personal-data/holdings.ts'

const sorted = (words: Iterable<string>) => [...new Set(words)].toSorted()

/** Commands and settings, which are the same in every language. */
const commandsIn = (text: string) =>
  [...text.matchAll(/signpost [a-z-]+ [a-z-]+|[a-z]+\.[a-z]+[A-Z]\w+|\/_matrix[\w/-]*/g)].map(
    ([word]) => word,
  )

function expectSentences(table: Texts): void {
  for (const [key, text] of Object.entries(table)) {
    expect(typeof text, key).toBe('string')
    expect(String(text).trim(), key).not.toBe('')
    expect(String(text), key).toBe(String(text).trim())
  }
}

describe('the German words for what the server says', () => {
  it('has every key of the configuration that the page of settings shows, and no other', () => {
    const shown = groupKeys(describeConfig()).flatMap(({ keys }) => keys.map(({ path }) => path))
    expect(sorted(Object.keys(settingsKeys))).toEqual(sorted(shown))
    expectSentences(settingsKeys)
  })

  it('has the title of every check, and cause and fix of every fault of the doctor, and no other', () => {
    const faults = [...allChecks.map((check) => check.faults), runnerFaults].flatMap((some) =>
      Object.keys(some),
    )
    expect(sorted(Object.keys(doctorCodes))).toEqual(
      sorted([
        ...allChecks.map(({ code }) => `title.${code}`),
        ...faults.flatMap((code) => [`cause.${code}`, `fix.${code}`]),
      ]),
    )
    expectSentences(doctorCodes)
  })

  it('has every rule of an import from another identity server, and no other', () => {
    expect(sorted(Object.keys(importRules))).toEqual(sorted(Object.keys(rules)))
    expectSentences(importRules)
  })

  it('has the commands and settings of every fix as they are', () => {
    for (const [code, { fix }] of [...allChecks.map((check) => check.faults), runnerFaults].flatMap((some) =>
      Object.entries(some),
    )) {
      const german = String(doctorCodes[`fix.${code}`])
      for (const command of commandsIn(fix)) expect(german, code).toContain(command)
    }
  })
})

describe('the words for what the server names', () => {
  it('has a title for every section of the settings', () => {
    expect(sorted(Object.keys(sectionNames))).toEqual(
      sorted(groupKeys(describeConfig()).map(({ name }) => name)),
    )
  })

  it('has words for whatever administrators do', () => {
    const routes = Object.values<RouteDescription>(contract)
    const byRoute = routes.flatMap(({ changes }) => changes ?? [])
    expect(sorted(Object.keys(operations))).toEqual(sorted([...byRoute, ...settingsOperations]))
  })

  it('has a name for everything that is kept of a person, and a reason for all that stays', () => {
    const all = holdingsOf({ person: { mxids: [], addresses: [] }, ownSources: [], subjects: [] })
    expect(sorted(Object.keys(held))).toEqual(sorted(all.map(({ name }) => name)))
    const staying = all.filter(({ erase }) => erase === null).map(({ name }) => name)
    expect(sorted(Object.keys(stays))).toEqual(sorted(staying))
  })
})
