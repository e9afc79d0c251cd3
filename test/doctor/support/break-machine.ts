import { chmod, copyFile, mkdir, open, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { freePort } from '../../support/free-port.ts'
import { json, startHttpPeer, type Handler } from '../../support/http-peer.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { withConfig, type Break } from './break.ts'
import type { BreakableWorld } from './doctor-world.ts'

const GIGABYTE = 1024 ** 3

/** Other rights on a file of the data directory. */
const withRights =
  (name: string, mode: number): Break['inject'] =>
  async ({ dataDir }) => {
    await chmod(join(dataDir, name), mode)
    return () => chmod(join(dataDir, name), 0o600)
  }

export const machineFaults: readonly Break[] = [
  {
    name: 'everybody can read a password in signpost.yaml',
    inject: withRights('signpost.yaml', 0o644),
    finds: ['configuration-exposed'],
  },
  {
    name: 'everybody can change signpost.yaml',
    inject: withRights('signpost.yaml', 0o666),
    finds: ['configuration-writable'],
  },
  {
    name: 'everybody can read the signing keys',
    inject: withRights('signing-keys.json', 0o644),
    finds: ['signing-keys-exposed'],
  },
  {
    name: 'everybody can read the sealing key',
    inject: withRights('sealing.key', 0o644),
    finds: ['sealing-key-exposed'],
  },
  {
    name: 'everybody can write to the data directory',
    async inject({ dataDir }) {
      await chmod(dataDir, 0o777)
      return () => chmod(dataDir, 0o700)
    },
    finds: ['data-directory-exposed'],
  },
  {
    name: 'a secret is in a file that everybody can read',
    async inject(world) {
      const file = join(world.dataDir, 'smtp-password.txt')
      await writeFile(file, 'correct horse battery staple\n', { mode: 0o644 })
      return await withPassword({ file: 'smtp-password.txt' })(world)
    },
    finds: ['secret-file-exposed (notifications.email.smtp.password)'],
  },
  {
    name: 'a secret is gone',
    inject: (world) => withPassword({ file: 'gone.txt' })(world),
    finds: ['mail-settings', 'secret-unreadable (notifications.email.smtp.password)'],
  },
  {
    name: 'the sealing key of a sealed secret is gone',
    async inject(world) {
      const key = join(world.dataDir, 'sealing.key')
      await rename(key, `${key}.away`)
      const mend = await withPassword({ sealed: 'v1:AAAA' })(world)
      return async () => {
        await rename(`${key}.away`, key)
        await mend?.()
      }
    },
    finds: ['mail-settings', 'sealing-key-missing', 'secret-unreadable (notifications.email.smtp.password)'],
  },
  {
    name: 'signpost.yaml has a misspelt key',
    async inject(world) {
      await writeFile(join(world.dataDir, 'signpost.yaml'), 'matrix: { domian: school.test }\n')
      return () => world.rewriteConfig()
    },
    finds: ['configuration-invalid (matrix.domian)'],
  },
  {
    name: 'the disk is nearly full',
    inject: () => {},
    options: () => ({ machine: { diskSpace: async () => ({ free: 0.3 * GIGABYTE, total: 20 * GIGABYTE }) } }),
    finds: ['disk-nearly-full'],
  },
  {
    name: 'the disk is full',
    inject: () => {},
    options: () => ({ machine: { diskSpace: async () => ({ free: 0, total: 20 * GIGABYTE }) } }),
    finds: ['disk-full'],
  },
  {
    name: 'the data directory is on a network file system',
    inject: () => {},
    options: () => ({
      machine: { fileSystem: async (folder) => ({ magic: 0x6969, mountinfo: '', folder }) },
    }),
    finds: ['network-file-system'],
  },
  {
    name: 'another program has the port',
    inject: listening(json(404, {})),
    finds: ['port-of-another'],
  },
  {
    name: 'signpost.yaml is no text',
    async inject(world) {
      await writeFile(join(world.dataDir, 'signpost.yaml'), Buffer.from([0xff, 0xfe, 0x00]))
      return () => world.rewriteConfig()
    },
    finds: ['configuration-unreadable'],
  },
  {
    name: 'the running Signpost is of another version',
    inject: listening((request, response) => json(200, { ...echo, target: request.url })(request, response)),
    finds: ['server-of-another-version'],
  },
  {
    name: 'what listens on the port does not answer',
    inject: listening(() => {}),
    finds: ['server-unanswering'],
  },
  {
    name: 'this machine does not have the address of the listener',
    inject: async (world) => withListener(await freePort(), '192.0.2.1')(world),
    finds: ['port-not-allowed'],
  },
  {
    name: 'the running Signpost says that it cannot do its work',
    async inject(world) {
      const admin = await startHttpPeer({ handler: json(503, { status: 'unavailable' }) })
      const listen = { host: '127.0.0.1', port: admin.port }
      const mend = await withConfig((config) => ({ ...config, admin: { listen } }))(world)
      return async () => {
        await mend?.()
        await admin.close()
      }
    },
    finds: ['server-unhealthy'],
  },
  {
    name: 'Signpost does not run',
    async inject(world) {
      return await withListener(await freePort())(world)
    },
    finds: ['server-not-running'],
  },
]

type Password = NonNullable<
  NonNullable<NonNullable<BreakableWorld['config']['notifications']>['email']>['smtp']
>['password']

const withPassword = (password: Password) =>
  withConfig((config) => {
    const { notifications } = config
    const smtp = { ...notifications?.email?.smtp, password }
    return { ...config, notifications: { ...notifications, email: { ...notifications?.email, smtp } } }
  })

function withListener(port: number, host = '127.0.0.1'): Break['inject'] {
  return withConfig((config) => ({ ...config, server: { ...config.server, listen: { host, port } } }))
}

/** Something else in the place of the public listener. */
function listening(handler: Handler): Break['inject'] {
  return async (world) => {
    const other = await startHttpPeer({ handler })
    const mend = await withListener(other.port)(world)
    return async () => {
      await mend?.()
      await other.close()
    }
  }
}

/** What a Signpost of another age says arrived. */
const echo = {
  ...{ signpost: '9.9.9', method: 'GET', host: null, forwardedFor: null, forwardedProto: null },
  ...{ peerAddress: '127.0.0.1', authorization: 'as-sent', bodyBytes: 0 },
}

/** A copy of the data directory, whose database has a page full of nonsense. */
export async function withBrokenPage({ dataDir }: Pick<BreakableWorld, 'dataDir'>): Promise<string> {
  const copy = join(await createTempDir('broken-page'), 'data')
  await mkdir(copy, { mode: 0o700 })
  const names = ['signpost.yaml', 'signing-keys.json', 'sealing.key']
  for (const name of names) await copyFile(join(dataDir, name), join(copy, name))
  const file = join(copy, 'signpost.db')
  const original = new Sqlite(join(dataDir, 'signpost.db'), { readonly: true })
  await original.backup(file)
  const sql = "select rootpage from sqlite_schema where name = 'associations'"
  const page = original.prepare(sql).pluck().get() as number
  const pageSize = original.pragma('page_size', { simple: true }) as number
  original.close()
  await chmod(file, 0o600)
  const handle = await open(file, 'r+')
  await handle.write(Buffer.alloc(pageSize, 0x5a), 0, pageSize, (page - 1) * pageSize)
  await handle.close()
  return copy
}
