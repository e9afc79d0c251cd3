import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { describeWith } from '../../support/skip.ts'
import { asking, startBackend } from '../support/context.ts'
import { userId } from '../support/school.ts'
import { addAccount, engines, makeDatabase, type MadeDatabase } from './support/made-database.ts'

const MANY = 2_500

for (const engine of engines) {
  describeWith(engine.name, engine.unavailable, `Searches in a Synapse on ${engine.name}`, () => {
    let database: MadeDatabase
    let backend: Backend

    beforeAll(async () => {
      database = await makeDatabase(engine)
      for (const account of [
        { localpart: 'zoe', name: 'ZOË STRASSER' },
        { localpart: 'bjorn', name: 'Bjo\u0308rn Groß' },
        { localpart: 'sofia', name: 'Σοφία Παπαδοπούλου' },
        { localpart: 'wide', name: 'Ｗｉｄｅ Ｎａｍｅ' },
        { localpart: 'kelvin', name: '\u212Aelvin' },
        { localpart: 'percent', name: '100% _sure!' },
        { localpart: 'plain.jane', name: null },
        { localpart: 'multi', name: 'Multi', threepids: [['email', 'multi@a.example']] },
        { localpart: 'phone', name: 'Phone', threepids: [['msisdn', '491701234567']] },
        { localpart: 'idn', name: 'Idn', threepids: [['email', 'idn@bücher.example']] },
      ] as const) {
        await addAccount(database, account)
      }
      for (const address of ['multi@b.example', 'multi@c.example']) {
        await database.insert('user_threepids', { user_id: userId('multi'), medium: 'email', address })
      }
      await database.run('begin')
      for (let i = 0; i < MANY; i++) {
        await addAccount(database, { localpart: `many${i}`, name: `Ünlü ${i}` })
      }
      await database.run('commit')
      backend = await startBackend({ id: 'hs', type: 'synapse', connection: database.connection })
    })
    afterAll(async () => {
      await backend?.close()
      await database?.close()
    })

    const search = async (by: 'name' | 'address', term: string, limit = 10) => {
      const answer = await backend.search?.({ by, term, limit }, asking())
      return { limited: answer?.limited, found: answer?.results.map(({ mxid }) => mxid) }
    }
    const only = (localpart: string) => ({ limited: false, found: [userId(localpart)] })

    test.each([
      ['small letters beyond ASCII', 'zoë', 'zoe'],
      ['capitals', 'STRASSER', 'zoe'],
      ['ß for ss', 'straßer', 'zoe'],
      ['ss for ß', 'GROSS', 'bjorn'],
      ['composed letters for decomposed ones', 'BJÖRN', 'bjorn'],
      ['Greek, with either sigma', 'ΣΟΦΊΑ', 'sofia'],
      ['ordinary letters for wide ones', 'wide name', 'wide'],
      ['ordinary letters for look-alikes that Unicode calls compatible', 'kelvin', 'kelvin'],
      ['a localpart', 'PLAIN.J', 'plain.jane'],
      ['spaces around the term', '  strasser ', 'zoe'],
    ])('finds names by %s', async (_, term, localpart) => {
      expect(await search('name', term)).toEqual(only(localpart))
    })

    test.each(['%', '_', '!', '0% _S'])('takes the wildcard in %j for itself', async (term) => {
      expect(await search('name', term)).toEqual(only('percent'))
    })

    test.each(['example.org', '@zoe', ':', ' ', '\0', '\ud800'])('finds nobody for %j', async (term) => {
      expect(await search('name', term)).toEqual({ limited: false, found: [] })
    })

    test('says that there are more exactly when there are, over many pages', async () => {
      const all = await search('name', 'ÜNLÜ', MANY)
      expect(all.limited).toBe(false)
      expect(all.found).toHaveLength(MANY)
      const some = await search('name', 'ÜNLÜ', MANY - 1)
      expect(some.limited).toBe(true)
      expect(some.found).toHaveLength(MANY - 1)
    })

    test('names a person with several fitting addresses once', async () => {
      expect(await search('address', 'MULTI@', 1)).toEqual(only('multi'))
    })

    test.each(['+49 170 1234567', '0049170', '0170/123', '1234567'])(
      'finds phone numbers by %j',
      async (term) => {
        expect(await search('address', term)).toEqual(only('phone'))
      },
    )

    test.each(['bücher', 'BÜCHER.example'])('finds the internationalised domain %j', async (term) => {
      expect(await search('address', term)).toEqual(only('idn'))
    })
  })
}
