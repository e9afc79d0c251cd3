import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { readListing } from '../support/contract.ts'
import { school, userId } from '../support/school.ts'
import { startService, type Service } from './service.ts'

let service: Service
let backend: Backend
beforeAll(async () => {
  service = await startService()
  backend = await service.backend({ endpoints: { list: '/list' }, defaultCountry: 'DE' })
})
afterAll(() => service.close())

interface Asked {
  readonly limit: number
  readonly after?: string | number
  readonly since?: string
}
let asked: Asked[] = []
beforeEach(() => {
  asked = []
})

/** Answers each page of the listing. */
function list(page: (asked: Asked) => unknown): void {
  service.peer.handle((request, response) => {
    const { list } = JSON.parse(request.body) as { list: Asked }
    asked.push(list)
    response.end(JSON.stringify({ list: page(list) }))
  })
}

const person = (localpart: string) => ({ key: localpart, id: { type: 'localpart', value: localpart } })

describe('a listing', () => {
  it('reads people as a directory writes them, over pages', async () => {
    const entries = school.map(({ localpart, name, emails, phones }) => ({
      id: { type: 'localpart', value: localpart },
      display_name: name,
      threepids: [
        ...emails.map((address) => ({ medium: 'email', address })),
        ...phones.map((address) => ({ medium: 'msisdn', address })),
      ],
    }))
    list(({ after = 0 }) => ({
      people: entries.slice(Number(after), Number(after) + 3),
      ...(Number(after) === 0 && { next: 3 }),
    }))
    const { listed, end } = await readListing(backend)
    expect(listed.map(({ person }) => person)).toEqual(
      school.map(({ localpart, name, canonical }) => ({
        mxid: userId(localpart),
        displayName: name,
        addresses: canonical.map(([medium, address]) => ({ medium, address })),
      })),
    )
    expect(asked).toEqual([{ limit: 500 }, { limit: 500, after: 3 }])
    expect(end).toEqual({ type: 'end', incremental: false, cursor: null })
  })

  it('takes digits for a whole number, as Matrix writes them', async () => {
    list(() => ({
      people: [{ ...person('anna'), threepids: [{ medium: 'msisdn', address: '43660123456' }] }],
    }))
    const { listed } = await readListing(backend)
    expect(listed[0]?.person?.addresses).toEqual([{ medium: 'msisdn', address: '43660123456' }])
  })

  it('reports what it cannot use, and keeps the rest', async () => {
    list(() => ({
      people: [
        { ...person('anna'), threepids: [{ medium: 'email', address: 'nonsense' }] },
        { key: 'x', id: { type: 'localpart', value: 'white space' } },
        { key: 'y' },
        'z',
      ],
    }))
    const { listed, end } = await readListing(backend)
    expect(listed).toMatchObject([
      { key: 'anna', person: { addresses: [] }, rejections: [{ field: 'email', value: 'nonsense' }] },
      { key: 'x', person: null, rejections: [{ field: 'user', value: 'white space' }] },
      { key: 'page 1, entry 3', person: null, rejections: [{ field: 'user' }] },
      { key: 'page 1, entry 4', person: null, rejections: [{ field: 'user' }] },
    ])
    expect(end).not.toBeNull()
  })

  it('names somebody once whom two pages have', async () => {
    list(({ after }) =>
      after === undefined
        ? { people: ['anna', 'bob'].map(person), next: 'b' }
        : { people: ['bob', 'carol'].map(person) },
    )
    const { listed } = await readListing(backend)
    expect(listed.map(({ key }) => key)).toEqual(['anna', 'bob', 'carol'])
  })

  it.each([[null], [''], [undefined]])('ends where the next page is %j', async (next) => {
    list(() => ({ people: [person('anna')], next }))
    expect((await readListing(backend)).end).not.toBeNull()
    expect(asked).toHaveLength(1)
  })
})

describe('a listing of changes', () => {
  it('goes on from the cursor, and names the others as present', async () => {
    list(() => ({
      incremental: true,
      people: [person('anna')],
      present: ['bob', 'anna', 'carol'],
      cursor: 'tuesday',
    }))
    const { listed, present, end } = await readListing(backend, { since: 'monday' })
    expect(asked).toEqual([{ limit: 500, since: 'monday' }])
    expect(listed.map(({ key }) => key)).toEqual(['anna'])
    expect(present).toEqual(['bob', 'carol'])
    expect(end).toEqual({ type: 'end', incremental: true, cursor: 'tuesday' })
  })

  it('is a whole one when the service does not know changes', async () => {
    list(() => ({ people: [person('anna')], present: ['bob'], cursor: 'tuesday' }))
    const { present, end } = await readListing(backend, { since: 'monday' })
    expect(present).toEqual([])
    expect(end).toMatchObject({ incremental: false })
  })

  it('is refused when everybody was asked for', async () => {
    list(() => ({ incremental: true, people: [] }))
    await expect(readListing(backend)).rejects.toMatchObject({ code: 'protocol' })
  })
})

describe('a listing that would remove people by mistake, or never end', () => {
  it.each([
    ['has no people', {}],
    ['has people of another form', { people: { anna: {} } }],
    ['is no object', []],
  ])('fails when a page %s', async (_how, page) => {
    list(() => page)
    await expect(readListing(backend)).rejects.toMatchObject({ code: 'protocol' })
  })

  it('fails when it is empty text', async () => {
    service.say('', 200, 'application/json')
    await expect(readListing(backend)).rejects.toMatchObject({ code: 'protocol' })
  })

  it('fails when its pages lead in a circle', async () => {
    list(({ after }) => ({ people: [person(`p${asked.length}`)], next: after === 'b' ? 'a' : 'b' }))
    await expect(readListing(backend)).rejects.toMatchObject({ code: 'protocol' })
    expect(asked.length).toBeLessThan(5)
  })

  it('fails when its pages go on without anybody new', async () => {
    list(() => ({ people: [person('anna')], next: asked.length }))
    await expect(readListing(backend)).rejects.toMatchObject({ code: 'protocol' })
    expect(asked.length).toBeLessThan(60)
  })

  it('fails when a later page does', async () => {
    service.peer.handle((request, response) => {
      const { list } = JSON.parse(request.body) as { list: Asked }
      if (list.after !== undefined) return void response.writeHead(500).end()
      response.end(JSON.stringify({ list: { people: [person('anna')], next: 'b' } }))
    })
    await expect(readListing(backend)).rejects.toMatchObject({ code: 'protocol' })
  })
})
