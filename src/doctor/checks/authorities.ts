import { OperatorError } from '../../config/operator-error.ts'
import type { DoctorCheck, Faults } from '../check.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'authorities-unusable': {
    status: 'problem',
    meaning: 'Signpost does not start: the certification authorities that it shall trust cannot be read.',
    cause: 'The file in network.caFile is not there, or belongs to another user.',
    fix: 'Correct network.caFile in signpost.yaml, or make the file readable for the user that runs Signpost.',
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const authorities: DoctorCheck = {
  code: 'authorities',
  area: 'configuration',
  title: 'the certification authorities of the configuration',
  faults,
  async run({ config, network }) {
    const { caFile } = (await config.need()).network
    if (caFile === null) throw new NotPossible('network.caFile names none.')
    try {
      await network.look()
      return [fine('authorities', `${caFile} can be read.`)]
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error
      return [found('authorities-unusable', { detail: error.likelyCause, fix: error.fix })]
    }
  },
}
