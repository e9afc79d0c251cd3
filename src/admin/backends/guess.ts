import { createBackendContext } from '../../backends/context.ts'
import { BackendFailure } from '../../backends/failure.ts'
import { guessLdap } from '../../backends/ldap/guess.ts'
import type { Sealer } from '../../config/sealing.ts'
import { AdminError } from '../api/errors.ts'
import type { HandlerAnswer, Received } from '../api/route.ts'
import type { backendsContract } from './contract.ts'
import { readSection, restoredSection, shownSections } from './sections.ts'
import type { TrialWorld } from './world.ts'

type GuessRoute = (typeof backendsContract)['POST /api/backends/guess']

const GUESS_TIMEOUT_MS = 30_000

/** @throws AdminError `config-invalid` for settings that cannot be used, `unavailable` when the directory cannot be entered. */
export async function guessSection(
  { draft: _draft, bases, ...connection }: Received<GuessRoute>['body'],
  { world, former }: TrialWorld,
  sealer: Pick<Sealer, 'seal'>,
): Promise<HandlerAnswer<GuessRoute>> {
  const given = Object.entries({ ...connection, type: 'ldap' }).filter(
    ([, value]) => value !== null && value !== undefined,
  )
  const section = restoredSection(Object.fromEntries(given), former, sealer)
  // A section has to say where people are; here that is what is to be found out.
  const config = readSection({ ...section, bases: bases ?? ['dc=unknown'] })
  if (config.type !== 'ldap') throw new AdminError('invalid')
  const { bases: _placeholder, ...entrance } = config
  const settings = bases === undefined ? entrance : { ...entrance, bases }
  const signal = AbortSignal.timeout(GUESS_TIMEOUT_MS)
  try {
    const guess = await guessLdap(settings, createBackendContext(config, world), signal)
    const { preset, bases: found, attributes, reasons, sample } = guess
    const [shown = {}] = shownSections([{ ...section, preset, bases: found, attributes }])
    return { section: shown, reasons, sample }
  } catch (error) {
    if (!(error instanceof BackendFailure)) throw error
    const { code, message, fix } = error
    throw new AdminError('unavailable', { message, fix, params: { reason: code } })
  }
}
