import { expect, it, onTestFinished } from 'vitest'
import { asking } from '../backends/support/context.ts'
import { outcomesOf, stepsOf } from '../backends/support/steps.ts'
import { addAccount, engines, makeDatabase } from '../backends/synapse/support/made-database.ts'
import { describeWith } from '../support/skip.ts'
import { documentedSql, newRole, started } from './support/page-examples.ts'

const postgres = engines.find(({ name }) => name === 'PostgreSQL')

describeWith('PostgreSQL', postgres?.unavailable ?? null, 'the account of the Synapse page', () => {
  it('reads what is needed, and neither the hashes of passwords nor messages', async () => {
    if (postgres === undefined) throw new Error('PostgreSQL is one of the engines')
    const database = await makeDatabase(postgres)
    onTestFinished(() => database.close())
    await addAccount(database, {
      localpart: 'anna',
      name: 'Anna',
      threepids: [['email', 'anna@school.example']],
    })
    await database.insert('room_stats_state', { room_id: '!a:example.org', name: 'Chemistry' })
    const user = newRole()
    const grants = await documentedSql('synapse-backend.md', 'create role', { signpost: user })
    for (const statement of grants) await database.run(statement)

    const connection = { ...database.connection, user }
    const backend = await started({
      id: 'homeserver',
      type: 'synapse',
      addresses: 'both',
      idServers: ['matrix.org'],
      connection,
    })
    const steps = await stepsOf(backend)
    expect(outcomesOf(steps).filter((outcome) => !outcome.endsWith(' ok'))).toEqual([])
    expect(steps.at(-1)?.sample).toMatchObject([{ mxid: '@anna:example.org' }])
    expect(await backend.roomName?.('!a:example.org', asking())).toBe('Chemistry')

    for (const column of ['u.password_hash from users u', 'e.json from event_json e']) {
      const profile = `select ${column} where :user = ''`
      const curious = await started({ id: 'curious', type: 'sql', connection, queries: { profile } })
      const answer = curious.profile?.('@anna:example.org', asking())
      await expect(answer, column).rejects.toMatchObject({ code: 'forbidden' })
    }
  })
})
