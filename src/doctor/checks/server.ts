import { createServer } from 'node:net'
import { describeOwner, findPortOwner } from '../../gateway/port-owner/port-owner.ts'
import { version } from '../../version.ts'
import { describeSeen } from '../answers.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults, type Result } from '../check.ts'
import { ServerFailure } from '../find-server.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'server-not-running': {
    status: 'warning',
    meaning: 'Signpost does not run, so that nothing which needs it could be checked.',
    cause: 'It was not started, or it ended.',
    fix: 'Start it, and look into its log when it does not stay: signpost start - or: systemctl status signpost',
  },
  'port-of-another': {
    status: 'problem',
    meaning: 'Another program answers where Signpost should listen.',
    cause: 'The port was taken before Signpost started, or a Signpost with another data directory has it.',
    fix: 'See who has it: ss -ltnp - then stop that program, or choose another server.listen.port.',
  },
  'port-not-allowed': {
    status: 'problem',
    meaning: 'Signpost may not listen where signpost.yaml tells it to.',
    cause: 'Ports below 1024 need special rights, or this machine does not have the address.',
    fix: 'Choose another address or port with server.listen, or let systemd give the right: AmbientCapabilities=CAP_NET_BIND_SERVICE',
  },
  'server-of-another-version': {
    status: 'warning',
    meaning: 'The running Signpost is of another version than this command.',
    cause: 'It was updated and not restarted since.',
    fix: 'Restart it: systemctl restart signpost',
  },
  'server-unanswering': {
    status: 'problem',
    meaning: 'Something listens where Signpost should, but gives no answer.',
    cause:
      'The server hangs or is overloaded, or the listener speaks TLS where the configuration says that it does not.',
    fix: 'Look into the log of Signpost, and restart it.',
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const server: DoctorCheck = {
  code: 'server',
  area: 'server',
  title: 'the running server',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run(world) {
    const { listen } = (await world.config.need()).server
    try {
      const seen = await world.server.look()
      if (seen === 'unverified') return [fine('server', `It listens on port ${listen.port}.`)]
      const running = seen.echo?.signpost ?? version
      if (running === version) return [fine('server', `Signpost ${version} runs on this data.`)]
      const detail = `Signpost ${running} runs; this command is of ${version}.`
      return [found('server-of-another-version', { detail })]
    } catch (error) {
      if (error instanceof ServerFailure) return [await resultOf(error, listen)]
      throw error
    }
  },
}

interface Listen {
  readonly host: string
  readonly port: number
}

async function resultOf({ seen }: ServerFailure, listen: Listen): Promise<Result> {
  const where = `${listen.host}, port ${listen.port}`
  if (typeof seen === 'string') {
    const refused = await whyNotListen(listen)
    return refused === null
      ? found('server-not-running', { detail: `Nothing listens on ${where}.` })
      : found('port-not-allowed', { detail: `It is not possible to listen on ${where} (${refused}).` })
  }
  if (seen instanceof Error) return found('server-unanswering', { detail: seen.message })
  const owner = await findPortOwner(listen.port, { platform: process.platform })
  const who = owner === null ? 'Another program' : describeOwner(owner)
  return found('port-of-another', {
    detail: `${who} listens on ${where}. It is not the Signpost of this data directory: it answers ${describeSeen(seen)}.`,
  })
}

/** Listens for a moment. Null when that is possible, or says nothing about rights. */
function whyNotListen({ host, port }: Listen): Promise<string | null> {
  return new Promise((resolve) => {
    const attempt = createServer()
    attempt.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code === 'EACCES' || code === 'EADDRNOTAVAIL' ? code : null),
    )
    attempt.listen({ host, port }, () => attempt.close(() => resolve(null)))
  })
}
