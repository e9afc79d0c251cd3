import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Backend, ListPage } from '../../../src/backends/backend.ts'
import type { CheckStep } from '../../../src/backends/check.ts'
import { BackendFailure } from '../../../src/backends/failure.ts'
import type { ListedPerson } from '../../../src/backends/person.ts'
import { asking } from './context.ts'
import { hostileTexts, school, userId, type SchoolPerson } from './school.ts'

export interface ContractOptions {
  /** What this kind can do; each gets its tests. */
  readonly can: readonly ('find' | 'list' | 'search' | 'authenticate' | 'profile')[]
  /** Default: the whole school. Kinds whose directory holds less (one address a person, no phones) say what they hold. */
  readonly people?: readonly SchoolPerson[]
  /** True where profiles have roles. */
  readonly roles?: boolean
}

/** What every backend must do, whatever stands behind it. `start` answers one whose directory holds `people`. */
export function backendContract(
  title: string,
  start: () => Promise<Backend>,
  options: ContractOptions,
): void {
  const people = options.people ?? school
  const everyAddress = people.flatMap((person) =>
    person.canonical.map(([medium, address]) => ({ medium, address, mxid: userId(person.localpart) })),
  )

  describe(`${title}: the contract of a backend`, () => {
    let backend: Backend
    beforeAll(async () => {
      backend = await start()
    })
    afterAll(() => backend?.close())

    it('offers exactly what it can do', () => {
      const offered = [
        backend.findMappings && 'find',
        backend.listPeople && 'list',
        backend.search && 'search',
        backend.authenticate && 'authenticate',
        backend.profile && 'profile',
      ].filter(Boolean)
      expect(offered.toSorted()).toEqual(options.can.toSorted())
    })

    if (options.can.includes('find')) {
      it('finds every address of everybody, in one question', async () => {
        const found = await backend.findMappings?.(
          everyAddress.map(({ medium, address }) => ({ medium, address })),
          asking(),
        )
        expect(found?.toSorted(byAddress)).toEqual(everyAddress.toSorted(byAddress))
      })

      it('finds one address alone, and nobody for none', async () => {
        const [first] = everyAddress
        if (first === undefined) throw new Error('the school is empty')
        const { medium, address } = first
        expect(await backend.findMappings?.([{ medium, address }], asking())).toEqual([first])
        expect(await backend.findMappings?.([], asking())).toEqual([])
      })

      it('leaves out addresses it does not know, among a thousand', async () => {
        const strangers = Array.from({ length: 1_000 }, (_, i) => ({
          medium: 'email' as const,
          address: `stranger${i}@elsewhere.example`,
        }))
        const [first] = everyAddress
        if (first === undefined) throw new Error('the school is empty')
        const { medium, address } = first
        expect(await backend.findMappings?.([...strangers, { medium, address }], asking())).toEqual([first])
      })

      it('finds nobody for hostile texts, and stays well', async () => {
        const asked = hostileTexts.flatMap((text) => [
          { medium: 'email' as const, address: text },
          { medium: 'email' as const, address: `${text}@school.example` },
          { medium: 'msisdn' as const, address: text },
        ])
        const known = new Set(everyAddress.map(({ medium, address }) => `${medium} ${address}`))
        const strange = asked.filter(({ medium, address }) => !known.has(`${medium} ${address}`))
        expect(await backend.findMappings?.(strange, asking())).toEqual([])
        for (const one of strange.slice(0, 12))
          expect(await backend.findMappings?.([one], asking())).toEqual([])
      })
    }

    if (options.can.includes('list')) {
      it('lists everybody once, with canonical addresses, and says that it ended', async () => {
        const { listed, end } = await readListing(backend)
        expect(end).toMatchObject({ type: 'end', incremental: false })
        const keys = listed.map(({ key }) => key)
        expect(new Set(keys).size).toBe(keys.length)
        const byUser = new Map(listed.map((each) => [each.person?.mxid, each.person]))
        for (const person of people) {
          const known = byUser.get(userId(person.localpart))
          expect(known?.displayName).toBe(person.name)
          expect(known?.addresses.map(({ medium, address }) => `${medium} ${address}`).toSorted()).toEqual(
            person.canonical.map(([medium, address]) => `${medium} ${address}`).toSorted(),
          )
        }
      })
    }

    if (options.can.includes('search')) {
      it('finds people by a part of their name, whatever the case', async () => {
        const answer = await backend.search?.({ by: 'name', term: 'MEIER', limit: 10 }, asking())
        expect(answer).toMatchObject({ limited: false })
        expect(answer?.results).toEqual([
          expect.objectContaining({ mxid: userId('anna'), displayName: 'Anna Meier' }),
        ])
      })

      it('finds people by a part of an address', async () => {
        const answer = await backend.search?.({ by: 'address', term: 'carol_100%', limit: 10 }, asking())
        expect(answer?.results.map(({ mxid }) => mxid)).toEqual([userId('carol')])
      })

      it('names no more than asked for, and says that there are more', async () => {
        const answer = await backend.search?.({ by: 'address', term: 'school.example', limit: 2 }, asking())
        expect(answer?.results).toHaveLength(2)
        expect(answer?.limited).toBe(true)
      })

      it('takes wildcards and quotes for what they are', async () => {
        for (const term of hostileTexts.filter((text) => !['%', '_', '$1', '$&', '*'].includes(text))) {
          for (const by of ['name', 'address'] as const) {
            const answer = await backend.search?.({ by, term, limit: 10 }, asking())
            expect(answer?.results, JSON.stringify(term)).toEqual([])
          }
        }
        const percent = await backend.search?.({ by: 'address', term: '%', limit: 10 }, asking())
        expect(percent?.results.map(({ mxid }) => mxid)).toEqual([userId('carol')])
        const star = await backend.search?.({ by: 'name', term: '*', limit: 10 }, asking())
        expect(star?.results).toEqual([])
      })
    }

    if (options.can.includes('authenticate')) {
      const login = (localpart: string, password: string) => ({
        userId: userId(localpart),
        localpart,
        domain: 'example.org',
        password,
      })

      it('lets everybody in with their own password, and with no other', async () => {
        for (const person of people) {
          const right = await backend.authenticate?.(login(person.localpart, person.password), asking())
          expect(right, person.localpart).toMatchObject({ success: true, mxid: userId(person.localpart) })
          const wrong = await backend.authenticate?.(login(person.localpart, `${person.password}x`), asking())
          expect(wrong, person.localpart).toEqual({ success: false, reason: 'wrong-password' })
        }
      })

      it('lets nobody in whom it does not know, whatever they call themselves', async () => {
        for (const localpart of ['nobody', ...hostileTexts]) {
          for (const password of ['x', 'correct horse "battery" \\ stäple']) {
            const answer = await backend.authenticate?.(login(localpart, password), asking())
            expect(answer?.success, JSON.stringify(localpart)).toBe(false)
          }
        }
      })

      it('lets nobody in without a password', async () => {
        const answer = await backend.authenticate?.(login('anna', ''), asking())
        expect(answer?.success).toBe(false)
      })
    }

    if (options.can.includes('profile')) {
      it('knows name, addresses and roles of its people, and of nobody else', async () => {
        for (const person of people) {
          const profile = await backend.profile?.(userId(person.localpart), asking())
          expect(profile?.displayName).toBe(person.name)
          expect(profile?.threepids.map(({ medium, address }) => `${medium} ${address}`).toSorted()).toEqual(
            person.canonical.map(([medium, address]) => `${medium} ${address}`).toSorted(),
          )
          if (options.roles === true) expect(profile?.roles.toSorted()).toEqual(person.roles.toSorted())
        }
        for (const stranger of ['@nobody:example.org', '@anna:elsewhere.example', '@*:example.org']) {
          expect(await backend.profile?.(stranger, asking())).toBeNull()
        }
      })
    }

    it('passes its own check, step by step', async () => {
      const steps: CheckStep[] = []
      for await (const step of backend.check(asking())) steps.push(step)
      expect(steps.length).toBeGreaterThan(0)
      expect(steps.filter(({ outcome }) => outcome === 'failed')).toEqual([])
      const sample = steps.find((step) => step.sample !== undefined)?.sample
      if (options.can.includes('list')) expect(sample?.length).toBeGreaterThan(0)
    })

    it('refuses to work after it was closed, and closes twice', async () => {
      const closed = await start()
      await closed.close()
      await closed.close()
      const address = [{ medium: 'email' as const, address: 'anna@school.example' }]
      const question = closed.findMappings?.(address, asking()) ?? closed.profile?.(userId('anna'), asking())
      await expect(question).rejects.toBeInstanceOf(BackendFailure)
    })
  })
}

/** Reads a whole listing, as the sync does. */
export async function readListing(
  backend: Backend,
  order: { readonly since?: string | null; readonly known?: ReadonlySet<string> } = {},
): Promise<{ listed: ListedPerson[]; present: string[]; end: Extract<ListPage, { type: 'end' }> | null }> {
  const listed: ListedPerson[] = []
  const present: string[] = []
  let end: Extract<ListPage, { type: 'end' }> | null = null
  const pages = backend.listPeople?.({
    since: order.since ?? null,
    isKnown: (key) => order.known?.has(key) ?? false,
    signal: AbortSignal.timeout(30_000),
  })
  for await (const page of pages ?? []) {
    if (page.type === 'people') listed.push(...page.people)
    else if (page.type === 'present') present.push(...page.keys)
    else end = page
  }
  return { listed, present, end }
}

function byAddress(one: { address: string }, other: { address: string }): number {
  return one.address < other.address ? -1 : 1
}
