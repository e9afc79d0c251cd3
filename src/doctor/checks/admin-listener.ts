import { consoleUrl } from '../../console-url.ts'
import { HttpFailure } from '../../net/http-failure.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults } from '../check.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'server-unhealthy': {
    status: 'problem',
    meaning: 'Signpost runs but cannot do its work: its own health check fails.',
    cause: 'Its database does not answer.',
    fix: 'See what the check of the database says, and the log of Signpost.',
  },
} as const satisfies Faults

const found = reporterOf(faults)
export const adminListener: DoctorCheck = {
  code: 'admin-listener',
  area: 'server',
  title: 'the admin listener',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run({ config, network, server: running }) {
    const current = await config.need()
    const { host, port } = current.admin.listen
    await running.need()
    if (port === 0) throw new NotPossible('This needs a fixed port (admin.listen.port).')
    const { http } = await network.need()
    const request = { url: `${consoleUrl(current, port)}/health`, trust: 'operator' } as const
    // By its name for the certificate, to this machine for the connection.
    const here = { host: { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host, port }
    const { status } = await http.request({ ...request, targets: [here] }).catch((error: unknown) => {
      if (error instanceof HttpFailure)
        throw new NotPossible('The admin listener of the running server is elsewhere.')
      throw error
    })
    if (status === 200)
      return [fine('admin-listener', `It listens on ${host}, port ${port}; all is healthy.`)]
    return [found('server-unhealthy', { detail: `/health answers with status ${status}.` })]
  },
}
