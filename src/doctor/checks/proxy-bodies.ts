import { describeSeen } from '../answers.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults } from '../check.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'proxy-limits-bodies': {
    status: 'problem',
    meaning: 'Large lookups do not arrive: contacts of people with many of them are not found.',
    cause: 'The proxy takes smaller bodies than Signpost does.',
    fix: 'nginx: client_max_body_size 2m; - Apache: LimitRequestBody 2097152 - Caddy: request_body { max_size 2MB }',
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const proxyBodies: DoctorCheck = {
  code: 'proxy-bodies',
  area: 'public-url',
  title: 'whether the largest bodies arrive',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run({ config, door, probe }, signal) {
    const { maxBodyBytes } = (await config.need()).server
    await door.need()
    const body = 'x'.repeat(maxBodyBytes)
    // A proxy that has read enough may close the connection without waiting for the rest: that is an answer, too.
    const reply = await (await probe.need()).ask({ method: 'POST', body }, signal)
    const arrived = reply.arrived ? (reply.echo?.bodyBytes ?? 0) : null
    if (arrived === maxBodyBytes) {
      return [fine('proxy-bodies', `Bodies of ${maxBodyBytes} bytes arrive.`)]
    }
    const how = reply.arrived ? `cut to ${arrived} bytes` : `answered ${describeSeen(reply.seen)}`
    const size = Math.ceil(maxBodyBytes / 1024 / 1024)
    return [
      found('proxy-limits-bodies', {
        detail: `A body of ${maxBodyBytes} bytes (server.maxBodyBytes) was ${how}.`,
        fix: `nginx: client_max_body_size ${size}m; - Apache: LimitRequestBody ${maxBodyBytes} - Caddy: request_body { max_size ${size}MB }`,
      }),
    ]
  },
}
