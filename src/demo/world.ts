import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { startAppliance, type Appliance } from '../appliance.ts'
import { configSchema, type ConfigInput } from '../config/schema.ts'
import type { Runtime } from '../runtime.ts'
import { createAsk, type Ask } from './ask.ts'
import { createExchangeLog, type ExchangeLog } from './exchange.ts'
import { startDemoHomeserver, type DemoHomeserver } from './homeserver.ts'
import { openMailbox, type Mailbox } from './mailbox.ts'
import { demoCsv, demoDomain, demoPeople, type DemoPerson } from './people.ts'

/** The stage: the real Signpost, a stand-in for a homeserver, and a mailbox, all on this machine. */
export interface DemoWorld {
  readonly dataDir: string
  /** Base URLs. */
  readonly signpost: string
  readonly admin: string
  readonly appliance: Appliance
  readonly homeserver: DemoHomeserver
  readonly mailbox: Mailbox
  readonly people: readonly DemoPerson[]
  /** The people as a table. */
  readonly csv: string
  readonly runtime: Runtime
  readonly ask: Ask
  readonly exchanges: ExchangeLog
  /** Ends everything; the data directory goes away unless it is to be kept. */
  close(options: { readonly keep: boolean }): Promise<void>
}

/** The password of all the made-up people at the stand-in homeserver. */
export const demoPassword = 'linden'

/** What stands in the data directory's `signpost.yaml`, so that other commands find their way there, too. */
const settings = {
  matrix: { domain: demoDomain },
  notifications: { email: { transport: 'log', from: `Linden School <chat@${demoDomain}>` } },
  // The made-up people have no friends elsewhere.
  federation: { outbound: { enabled: false } },
  invitations: { webClient: `https://chat.${demoDomain}` },
} satisfies ConfigInput

/** @throws OperatorError, as every start of Signpost. */
export async function startDemoWorld(runtime: Runtime): Promise<DemoWorld> {
  const dataDir = await mkdtemp(join(tmpdir(), 'signpost-demo-'))
  const exchanges = createExchangeLog()
  const ask = createAsk(exchanges)
  const people = demoPeople()
  const csv = demoCsv(people)
  let homeserver: DemoHomeserver | null = null
  try {
    await writeFile(join(dataDir, 'signpost.yaml'), stringify(settings))
    await writeFile(join(dataDir, 'people.csv'), csv)
    homeserver = await startDemoHomeserver({ name: demoDomain, random: runtime.random, ask, log: exchanges })
    for (const { localpart } of people) homeserver.state.register(localpart, demoPassword)
    const appliance = await startSignpost(dataDir, homeserver.url, runtime)
    const stage = { dataDir, people, csv, runtime, ask, exchanges, appliance, homeserver }
    return {
      ...stage,
      signpost: appliance.publicAddress,
      admin: appliance.adminAddress,
      mailbox: openMailbox(dataDir),
      async close({ keep }) {
        await appliance.stop()
        await stage.homeserver.switchOff()
        if (!keep) await rm(dataDir, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await homeserver?.switchOff()
    await rm(dataDir, { recursive: true, force: true })
    throw error
  }
}

/** On free ports. The links in mails can name theirs only once it is known. */
async function startSignpost(dataDir: string, homeserverUrl: string, runtime: Runtime): Promise<Appliance> {
  const config = (server: ConfigInput['server']) =>
    configSchema.parse({
      ...settings,
      matrix: { ...settings.matrix, pins: { [demoDomain]: homeserverUrl } },
      server: { listen: { port: 0 }, ...server },
      admin: { listen: { port: 0 } },
    })
  const appliance = await startAppliance({ dataDir, config: config({}), runtime, env: {} })
  await appliance.config.apply(config({ publicUrl: appliance.publicAddress }))
  return appliance
}
