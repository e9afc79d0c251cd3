import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../renderer/components/finding-list.tsx'
import { features, obstacleOf, type FeatureState } from '../../../renderer/components/integration-features.ts'
import { conditionOf, findingsOf } from '../../../renderer/pages/integrations/state.ts'
import { integrationIds } from '../../../src/admin/integrations/features.ts'
import { allChecks } from '../../../src/doctor/all-checks.ts'

const search: FeatureState = {
  id: 'search',
  enabled: true,
  missing: [],
  paths: ['/_matrix/client/v3/user_directory/search'],
}

function found(check: string, status: Finding['status'], subject: string | null = null): Finding {
  return {
    ...{ code: check, check, status, subject, area: 'homeserver', title: check, detail: '' },
    ...{ cause: null, fix: null, isUsual: { cause: false, fix: false }, link: null, ms: 1 },
  }
}

describe('the condition of a feature', () => {
  it('is that of its worst finding, and others of the same check say nothing about it', () => {
    const findings = [
      found('routes', 'problem', '/_matrix/client/v3/login'),
      found('intercepts', 'problem', 'profile'),
      found('intercepts', 'ok', 'search'),
      found('directory-search', 'warning', 'school'),
      found('sign-up', 'problem'),
    ]
    expect(findingsOf(search, findings).map(({ check }) => check)).toEqual(['intercepts', 'directory-search'])
    expect(conditionOf(search, findings, null)).toBe('warning')
    const lost = found('routes', 'problem', search.paths[0])
    expect(conditionOf(search, [...findings, lost], null)).toBe('problem')
  })

  it('is open while a part of the way could not be tried', () => {
    const findings = [
      found('routes', 'skipped'),
      found('intercepts', 'skipped'),
      found('directory-search', 'ok'),
    ]
    expect(conditionOf(search, findings, null)).toBe('unclear')
    expect(conditionOf(search, null, null)).toBe('unchecked')
    expect(conditionOf(search, [found('routes', 'ok'), found('intercepts', 'ok', 'search')], null)).toBe('ok')
  })

  it('says first that it is off, then that it is without effect, then what is missing', () => {
    const missing = [{ part: 'backends', blocks: false }] as const
    expect(conditionOf({ ...search, enabled: false }, null, 'mas')).toBe('off')
    expect(conditionOf({ ...search, missing: [...missing] }, null, 'mas')).toBe('ineffective')
    expect(conditionOf({ ...search, missing: [...missing] }, null, null)).toBe('incomplete')
  })
})

describe('what the homeserver leaves no place for', () => {
  it('is whatever signs people in or makes accounts beside Matrix Authentication Service', () => {
    const stopped = integrationIds.filter(
      (id) => obstacleOf(id, { usesMas: true, kind: 'synapse' }) === 'mas',
    )
    expect(stopped).toEqual(['passwords', 'sign-in', 'registration', 'sign-up'])
  })

  it('is the module and registration tokens, where it is no Synapse; of an unknown one nothing is said', () => {
    const stopped = integrationIds.filter(
      (id) => obstacleOf(id, { usesMas: false, kind: 'dendrite' }) === 'kind',
    )
    expect(stopped).toEqual(['passwords', 'sign-up'])
    expect(obstacleOf('passwords', { usesMas: false, kind: 'unknown' })).toBeNull()
    expect(obstacleOf('passwords', null)).toBeNull()
  })
})

it('the console asks for checks that the doctor has', () => {
  const codes = allChecks.map(({ code }) => code)
  const unknown = Object.values(features)
    .flatMap(({ checks }) => checks)
    .filter((check) => !codes.includes(check))
  expect(unknown).toEqual([])
})
