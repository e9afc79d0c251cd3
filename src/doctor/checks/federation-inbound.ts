import { HttpFailure } from '../../net/http-failure.ts'
import { federationPath, hashDetailsSchema } from '../../federation/wire.ts'
import { answerOf, describeSeen, jsonIn } from '../answers.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults } from '../check.ts'
import { NotPossible, TooSlow } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'federation-inbound-failing': {
    status: 'problem',
    meaning: 'Other organisations reach Signpost, but their lookups are not answered.',
    cause: 'A filter in front takes their requests for an attack, or Signpost cannot do its work.',
    fix: 'See what the log of the proxy and that of Signpost say about the path which the finding names.',
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const federationInbound: DoctorCheck = {
  code: 'federation-inbound',
  area: 'federation',
  title: 'whether lookups of others are answered',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run({ config, passage, place, network }, signal) {
    if (!(await config.need()).federation.inbound.enabled) {
      throw new NotPossible('Others are not answered (federation.inbound).')
    }
    await passage.need()
    const { url } = await place.need()
    const { http } = await network.need()
    const path = `${federationPath}/hash_details`
    const seen = await answerOf(() => http.request({ url: url + path, trust: 'operator', signal }))
    if (seen instanceof HttpFailure && seen.code === 'timeout') throw new TooSlow(seen.message)
    if (seen instanceof HttpFailure || !hashDetailsSchema.safeParse(jsonIn(seen)).success) {
      return [found('federation-inbound-failing', { detail: `${path} is answered ${describeSeen(seen)}.` })]
    }
    return [fine('federation-inbound', 'The question that begins them is answered.')]
  },
}
