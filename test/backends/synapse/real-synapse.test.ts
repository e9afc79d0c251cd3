import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Backend } from '../../../src/backends/backend.ts'
import { describeWith } from '../../support/skip.ts'
import { eventually } from '../../support/poll.ts'
import { provideSynapse } from '../../support/synapse-unpack.ts'
import type { Synapse } from '../../support/synapse.ts'
import { asking, startBackend } from '../support/context.ts'
import { backendContract, readListing } from '../support/contract.ts'
import { school, userId } from '../support/school.ts'
import { engines, type MadeDatabase } from './support/made-database.ts'
import { deactivate, putUser, startSynapseOn, suspend } from './support/real-synapse.ts'

const { unavailable } = await provideSynapse()

for (const engine of engines) {
  const lacking = unavailable ?? engine.unavailable
  describeWith('Synapse', lacking, `A real Synapse on ${engine.name}, while it runs`, () => {
    let database: MadeDatabase
    let synapse: Synapse
    let backend: Backend
    const start = () => startBackend({ id: 'hs', type: 'synapse', connection: database.connection })

    beforeAll(async () => {
      database = await engine.empty()
      synapse = await startSynapseOn(database)
      for (const { localpart, name, emails, canonical } of school) {
        const threepids = [
          ...emails.map((address) => ({ medium: 'email', address })),
          ...canonical
            .filter(([medium]) => medium === 'msisdn')
            .map(([medium, address]) => ({ medium, address })),
        ]
        await putUser(synapse, localpart, { displayname: name, password: 'secret', threepids })
      }
      backend = await start()
    })

    afterAll(async () => {
      await backend?.close()
      await synapse?.stop()
      await database?.close()
    })

    backendContract('synapse', start, { can: ['find', 'list', 'search', 'profile'] })

    const who = async (address: string) => {
      const found = await backend.findMappings?.([{ medium: 'email', address }], asking())
      return found?.map(({ mxid }) => mxid)
    }
    const searched = async (term: string) => {
      const answer = await backend.search?.({ by: 'name', term, limit: 10 }, asking())
      return answer?.results.map(({ mxid }) => mxid)
    }
    const withAddress = (name: string) => ({
      displayname: name,
      password: 'secret',
      threepids: [{ medium: 'email', address: `${name}@states.example` }],
    })

    test('finds a person from the moment that Synapse knows the address, and no longer', async () => {
      await putUser(synapse, 'mover', { displayname: 'Mover', password: 'secret' })
      expect(await who('mover@old.example')).toEqual([])

      await putUser(synapse, 'mover', { threepids: [{ medium: 'email', address: 'Mover@Old.Example' }] })
      expect(await who('mover@old.example')).toEqual([userId('mover')])

      await putUser(synapse, 'mover', { threepids: [{ medium: 'email', address: 'mover@new.example' }] })
      expect(await who('mover@old.example')).toEqual([])
      expect(await who('mover@new.example')).toEqual([userId('mover')])
    })

    test('finds by an internationalised domain, which Synapse keeps as it is typed', async () => {
      const threepids = [{ medium: 'email', address: 'idn@BÜCHER.example' }]
      await putUser(synapse, 'idn', { password: 'secret', threepids })
      expect(await who('idn@xn--bcher-kva.example')).toEqual([userId('idn')])
    })

    const states: readonly (readonly [
      state: string,
      enter: (localpart: string) => Promise<void>,
      leave: ((localpart: string) => Promise<void>) | null,
    ])[] = [
      [
        'locked',
        (localpart) => putUser(synapse, localpart, { locked: true }),
        (localpart) => putUser(synapse, localpart, { locked: false }),
      ],
      [
        'suspended',
        (localpart) => suspend(synapse, localpart, true),
        (localpart) => suspend(synapse, localpart, false),
      ],
      ['deactivated', (localpart) => deactivate(synapse, localpart, false), null],
      ['erased', (localpart) => deactivate(synapse, localpart, true), null],
      ['bot', (localpart) => putUser(synapse, localpart, { user_type: 'bot' }), null],
    ]

    test.each(states)('leaves out an account that becomes %s', async (state, enter, leave) => {
      const address = `${state}@states.example`
      await putUser(synapse, state, withAddress(state))
      const known = [userId(state)]
      expect(await who(address)).toEqual(known)

      await enter(state)
      expect(await who(address)).toEqual([])
      expect(await searched(state)).toEqual([])
      expect(await backend.profile?.(userId(state), asking())).toBeNull()
      const { listed } = await readListing(backend)
      expect(listed.map(({ key }) => key)).not.toContain(userId(state))

      if (leave === null) return
      await leave(state)
      expect(await who(address)).toEqual(known)
    })

    test('tells who is a server administrator', async () => {
      await putUser(synapse, 'chief', { displayname: 'Chief', password: 'secret', admin: true })
      expect(await backend.profile?.(userId('chief'), asking())).toEqual({
        displayName: 'Chief',
        threepids: [],
        roles: ['synapse-admin'],
        photo: null,
      })
    })

    test('shows pictures in searches', async () => {
      const change = { displayname: 'Pictured', password: 'secret', avatar_url: 'mxc://example.org/abc' }
      await putUser(synapse, 'pictured', change)
      const answer = await backend.search?.({ by: 'name', term: 'pictured', limit: 1 }, asking())
      expect(answer?.results).toEqual([
        { mxid: userId('pictured'), displayName: 'Pictured', avatarUrl: 'mxc://example.org/abc' },
      ])
    })

    describe('rooms', () => {
      const createRoom = async (body: object): Promise<string> => {
        const path = '/_matrix/client/v3/createRoom'
        const answer = await synapse.request('POST', path, { token: synapse.adminToken, body })
        return z.object({ room_id: z.string() }).parse(answer.body).room_id
      }
      const nameOf = async (roomId: string) => backend.roomName?.(roomId, asking())

      test('are called by their name at once', async () => {
        const roomId = await createRoom({ name: 'Çay & "Straße"\n', room_alias_name: 'tea' })
        expect(await nameOf(roomId)).toBe('Çay & "Straße"')
      })

      test('are called by their main alias when they have no name', async () => {
        const roomId = await createRoom({ room_alias_name: 'nameless' })
        await eventually(async () => (await nameOf(roomId)) === '#nameless:example.org', {
          what: 'Synapse to count the room',
        })
      })

      test('have no name otherwise', async () => {
        expect(await nameOf(await createRoom({}))).toBeNull()
        expect(await nameOf('!unknown:example.org')).toBeNull()
        expect(await nameOf("!' or '1'='1")).toBeNull()
        expect(await nameOf('!\0:example.org')).toBeNull()
      })
    })

    test('goes on when Synapse is restarted', async () => {
      await synapse.restart(async () => {
        expect(await who('anna@school.example')).toEqual([userId('anna')])
      })
      expect(await who('anna@school.example')).toEqual([userId('anna')])
    })
  })
}
