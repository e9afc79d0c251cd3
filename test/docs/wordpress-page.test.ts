import { expect, it, onTestFinished } from 'vitest'
import { asking } from '../backends/support/context.ts'
import { makeWordpress } from '../backends/wordpress/support/wordpress-database.ts'
import { mariadbUnavailable, startMariadb } from '../support/mariadb.ts'
import { describeWith } from '../support/skip.ts'
import { documentedPassword, documentedSql, exampleOf, started, troublesOf } from './support/page-examples.ts'

describeWith('MariaDB', mariadbUnavailable(), 'the account of the WordPress page', () => {
  it('reads what is needed, and no hashes of passwords', async () => {
    const server = await startMariadb()
    onTestFinished(() => server.stop())
    const database = await makeWordpress(server)
    onTestFinished(() => database.close())
    const roles = 'a:2:{s:6:"editor";b:1;s:10:"edit_posts";b:1;}'
    await database.addUser({
      ...{ login: 'anna', email: 'anna@school.example', name: 'Anna' },
      meta: { wp_capabilities: roles, office_phone: '0170 1234567' },
    })
    await database.addUser({
      login: 'mallory',
      email: 'm@school.example',
      name: 'M',
      columns: { user_status: 1 },
    })
    const places = { '192.0.2.10': '127.0.0.1', 'wordpress.': `${database.connection.database}.` }
    await server.execute(await documentedSql('wordpress-backend.md', 'create user', places))

    const example = await exampleOf('wordpress', ({ phoneMeta }) => phoneMeta !== undefined)
    const connection = { ...database.connection, user: 'signpost', password: documentedPassword }
    const backend = await started({ ...example, connection, tablePrefix: 'wp_', login: 'none' })
    expect(await troublesOf(backend)).toEqual([])
    expect(await backend.profile?.('@anna:example.org', asking())).toMatchObject({
      roles: ['editor', 'edit_posts'],
    })
    const find = (medium: 'email' | 'msisdn', address: string) =>
      backend.findMappings?.([{ medium, address }], asking())
    expect(await find('msisdn', '491701234567')).toMatchObject([{ mxid: '@anna:example.org' }])
    expect(await find('email', 'm@school.example')).toEqual([])

    const profile = `select user_pass as name from wp_users where :user = ''`
    const curious = await started({ id: 'curious', type: 'sql', connection, queries: { profile } })
    await expect(curious.profile?.('@anna:example.org', asking())).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})
