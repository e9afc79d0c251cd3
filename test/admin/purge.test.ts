import { expect, it } from 'vitest'
import { createAuditLog } from '../../src/admin/changes/audit.ts'
import { purgeAdmin } from '../../src/admin/purge.ts'
import { createAdmins } from '../../src/admin/session/admins.ts'
import { createLinks } from '../../src/admin/session/links.ts'
import { createSessions } from '../../src/admin/session/sessions.ts'
import { configSchema } from '../../src/config/schema.ts'
import { databases } from '../support/databases.ts'
import { describeWith } from '../support/skip.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

const HOUR = 3_600_000
const config = configSchema.parse({ activity: { keep: '3d' } })

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `the purge on ${kind}`, () => {
    it('takes sessions, links and changes whose time is over, and leaves the others', async () => {
      const database = await create()
      const runtime = createTestRuntime()
      const storage = await database.open(runtime)
      const { clock } = runtime
      const sessions = createSessions(storage, runtime, () => config)
      const links = createLinks(storage, runtime)
      const audit = createAuditLog({ storage, clock })
      const admin = await storage.transaction((tx) =>
        createAdmins(storage, runtime).addFirst(tx, 'Anna', 'hash'),
      )
      const adminId = admin?.id ?? ''
      const start = () => sessions.start({ adminId, clientAddress: '::1', userAgent: '', confirmed: false })

      await start()
      await links.create('sign-in', adminId)
      await audit.record(null, { operation: 'old' })
      clock.advance(72 * HOUR + 1)
      const { id } = await start()
      await links.create('reset', adminId)
      await audit.record(null, { operation: 'new' })
      await purgeAdmin(storage, runtime, config)

      const { db } = storage
      expect(await db.selectFrom('admin_sessions').select('id').execute()).toEqual([{ id }])
      expect(await db.selectFrom('admin_links').select('kind').execute()).toEqual([{ kind: 'reset' }])
      expect(await db.selectFrom('admin_changes').select('operation').execute()).toEqual([
        { operation: 'new' },
      ])
      await database.dispose()
    })
  })
}
