import { bcrypt } from 'hash-wasm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Backend, Login } from '../../../src/backends/backend.ts'
import { describeWith } from '../../support/skip.ts'
import { asking, startBackend, type BackendInput } from '../support/context.ts'
import { readListing } from '../support/contract.ts'
import { userId } from '../support/school.ts'
import { peopleDatabases, type PeopleDatabase } from './support/people-databases.ts'

const strange = 'e mail "x" `y` :a ?'
const quote = {
  sqlite: (name: string) => `"${name.replaceAll('"', '""')}"`,
  postgres: (name: string) => `"${name.replaceAll('"', '""')}"`,
  mariadb: (name: string) => `\`${name.replaceAll('`', '``')}\``,
}

const login = (localpart: string, password: string): Login => ({
  ...{ userId: userId(localpart), localpart, domain: 'example.org', password },
})

for (const { kind, unavailable, start } of peopleDatabases) {
  describeWith(kind, unavailable, `a described table on ${kind}`, () => {
    let people: PeopleDatabase
    let backend: Backend
    const open = (changes: Partial<Extract<BackendInput, { type: 'sql' }>> = {}) =>
      startBackend({
        ...{ id: 'staff', type: 'sql', connection: people.connection, defaultCountry: 'DE' },
        ...{
          type: 'sql',
          table: {
            ...{ name: 'staff', user: 'login', displayName: 'name', emails: [strange], phones: ['tel'] },
            ...{ password: 'hash', disabled: 'gone' },
          },
        },
        ...changes,
      })

    beforeAll(async () => {
      people = await start()
      await people.execute(
        `create table staff (login varchar(90), name varchar(90), ${quote[kind](strange)} varchar(200),
          tel varchar(90), hash varchar(200), gone ${kind === 'postgres' ? 'boolean' : 'integer'})`,
      )
      const hash = await bcrypt({ password: 'secret', salt: new Uint8Array(16), costFactor: 4 })
      const [no, yes] = kind === 'postgres' ? ['false', 'true'] : [0, 1]
      await people.insert('staff', [
        ['Müller', 'Jörg Müller', ' Jörg@Müller.example ', '0049 (0)170-1111111', hash, no],
        ['anna', 'Änne Groß', 'ANNE@EXAMPLE.COM', '+49.170.2222222', hash, null],
        ['left', 'Left Long', 'left@example.com', '+49 170 3333333', hash, yes],
        ['twin', 'Twin One', 'twin@example.com', null, hash, no],
        ['TWIN', 'Twin Two', 'twin@example.com', null, hash, no],
        ['nohash', 'No Hash', null, '', null, no],
        ['broken', 'Broken Hash', 'no address', 'none', '$1$salt$4px9i58NU2Z2/vZOUlGjq.', no],
        [null, 'Nobody', 'nobody@example.com', null, null, no],
      ])
      backend = await open()
    })
    afterAll(async () => {
      await backend?.close()
      await people?.stop()
    })

    const find = async (medium: 'email' | 'msisdn', address: string, asked = backend) =>
      (await asked.findMappings?.([{ medium, address }], asking()))?.map(({ mxid }) => mxid)

    it('finds addresses in whatever spelling the table has them', async () => {
      expect(await find('email', 'anne@example.com')).toEqual([userId('anna')])
      expect(await find('msisdn', '491702222222')).toEqual([userId('anna')])
      const encoding = await open({ unsuitable: 'encode' })
      expect(await find('email', 'jörg@xn--mller-kva.example', encoding)).toEqual([userId('m=c3=bcller')])
      expect(await find('msisdn', '491701111111', encoding)).toEqual([userId('m=c3=bcller')])
      await encoding.close()
    })

    it('takes no other address for one that only resembles it', async () => {
      for (const address of ['änne@example.com', 'anne@exämple.com', 'anné@example.com', 'nne@example.com']) {
        expect(await find('email', address)).toEqual([])
      }
      expect(await find('msisdn', '431702222222')).toEqual([])
      expect(await find('msisdn', '2222222')).toEqual([])
    })

    it('names everybody who claims an address, each once', async () => {
      expect(await find('email', 'twin@example.com')).toEqual([userId('twin')])
    })

    it('leaves out who is disabled, everywhere', async () => {
      expect(await find('email', 'left@example.com')).toEqual([])
      expect(await backend.profile?.(userId('left'), asking())).toBeNull()
      const found = await backend.search?.({ by: 'name', term: 'left', limit: 5 }, asking())
      expect(found?.results).toEqual([])
      const { listed } = await readListing(backend)
      expect(listed.map(({ key }) => key)).not.toContain('left')
    })

    it('tells only who has the password that an account is disabled', async () => {
      const right = await backend.authenticate?.(login('left', 'secret'), asking())
      expect(right).toEqual({ success: false, reason: 'not-allowed' })
      const wrong = await backend.authenticate?.(login('left', 'guess'), asking())
      expect(wrong).toEqual({ success: false, reason: 'wrong-password' })
    })

    it('answers a login with name and addresses', async () => {
      expect(await backend.authenticate?.(login('anna', 'secret'), asking())).toEqual({
        success: true,
        mxid: userId('anna'),
        displayName: 'Änne Groß',
        threepids: [
          { medium: 'email', address: 'anne@example.com' },
          { medium: 'msisdn', address: '491702222222' },
        ],
      })
    })

    it('lets nobody in without a stored password, under a similar name, or when two rows are the same user', async () => {
      for (const name of ['nohash', 'änna', 'anna ', 'ANNA']) {
        const answer = await backend.authenticate?.(login(name, 'secret'), asking())
        expect(answer?.success, name).toBe(false)
      }
      const twin = backend.authenticate?.(login('twin', 'secret'), asking())
      await expect(twin).rejects.toMatchObject({
        code: 'protocol',
        message: expect.stringContaining('more than one row'),
      })
    })

    it('fails a login against a hash that nobody can check, without saying the hash', async () => {
      const failed = backend.authenticate?.(login('broken', 'secret'), asking())
      await expect(failed).rejects.toMatchObject({
        code: 'protocol',
        message: expect.stringContaining('MD5-crypt'),
      })
    })

    it('lists everybody with what cannot be used, and leaves out rows without a user', async () => {
      const { listed } = await readListing(backend)
      expect(listed.map(({ key }) => key).toSorted()).toEqual(
        ['Müller', 'TWIN', 'anna', 'broken', 'nohash', 'twin'].toSorted(),
      )
      const of = (key: string) => listed.find((each) => each.key === key)
      expect(of('Müller')).toMatchObject({ person: null, rejections: [{ field: 'user' }] })
      expect(of('broken')?.rejections.map(({ field }) => field)).toEqual(['email', 'phone'])
      expect(of('nohash')).toMatchObject({ person: { addresses: [] }, rejections: [] })
    })

    it('searches whatever the case of letters that are not ASCII', async () => {
      for (const term of ['änne', 'ÄNNE', 'gross', 'GROSS', 'groß']) {
        const answer = await backend.search?.({ by: 'name', term, limit: 5 }, asking())
        expect(
          answer?.results.map(({ mxid }) => mxid),
          term,
        ).toEqual([userId('anna')])
      }
      const byNumber = await backend.search?.({ by: 'address', term: '0170 222', limit: 5 }, asking())
      expect(byNumber?.results.map(({ mxid }) => mxid)).toEqual([userId('anna')])
    })

    it('says in its check which column does not exist', async () => {
      const wrong = await open({
        table: { name: 'staff', user: 'login', emails: ['nothing'] },
      })
      const steps = []
      for await (const step of wrong.check(asking())) steps.push(step)
      await wrong.close()
      expect(steps.at(-1)).toMatchObject({ outcome: 'failed', detail: expect.stringMatching(/column/) })
    })
  })
}
