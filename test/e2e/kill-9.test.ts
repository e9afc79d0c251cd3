import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { statementPoints } from './support/crash-process.ts'
import { startCrashLane, type CrashLane, type Outcome, type Point } from './support/crash-lane.ts'

/** Signposts that die side by side: the way of an invitation is mostly waiting. */
const LANES = 8

/**
 * Between the note that the homeserver asked about the key and the answer to it, nothing can tell whether the homeserver
 * went on: a delivery repeated would throw out who has joined meanwhile. See `src/invitations/evidence.ts`.
 */
const undecidable = 'update invitations validity_asked_at alone 1 after'

describe('kill -9 on the way of an invitation', () => {
  let lanes: CrashLane[]
  const outcomes = new Map<string, Outcome>()

  beforeAll(async () => {
    lanes = await Promise.all(Array.from({ length: LANES }, startCrashLane))
    const statements = (await lanes[0]?.record()) ?? []
    const left = [...statementPoints(statements), ...outsidePoints]
    await Promise.all(
      lanes.map(async (lane) => {
        for (let point = left.shift(); point !== undefined; point = left.shift()) {
          outcomes.set(nameOf(point), await lane.survive(point))
        }
      }),
    )
  }, 240_000)

  afterAll(() => Promise.all(lanes.map((lane) => lane.close())))

  /** The points whose outcome is not as it has to be. */
  const except = (isRight: (outcome: Outcome, point: string) => boolean) =>
    [...outcomes].filter(([point, outcome]) => !isRight(outcome, point))

  test('strikes at each of more than 40 points, once', () => {
    expect(outcomes.size).toBeGreaterThan(40)
    expect(except(({ deaths }) => deaths === 1)).toEqual([])
  })

  test('never loses the invitation, where its fate can be known', () => {
    expect(except(({ hasJoined }, point) => hasJoined || point === undecidable)).toEqual([])
    expect(except(({ invitationState }) => invitationState === 'delivered')).toEqual([])
  })

  test('leaves the way by the link of the mail open in any case', () => {
    expect(except(({ linkWorks }) => linkWorks)).toEqual([])
  })

  test('never loses a mail, and repeats one only under the same Message-ID', () => {
    const isOne = (ids: readonly string[]) => new Set(ids).size === 1
    expect(except((outcome) => isOne(outcome.invitationMails) && isOne(outcome.validationMails))).toEqual([])
    expect(outcomes.get('mail invitation before')?.invitationMails).toHaveLength(2)
    expect(outcomes.get('mail validation before')?.validationMails).toHaveLength(2)
  })

  test('never has the homeserver invite again who has joined', () => {
    expect(except(({ thrownOut }) => thrownOut === 0)).toEqual([])
  })
})

const outsidePoints: readonly Point[] = [
  ...(['invitation', 'validation'] as const).flatMap((mail) =>
    (['before', 'after'] as const).map((when) => ({ mail, when })),
  ),
  ...(['received', 'key checked', 'processed', 'answered'] as const).map((onbind) => ({ onbind })),
]

function nameOf(point: Point): string {
  if ('statement' in point) return `${point.statement} ${point.nth} ${point.when}`
  return 'mail' in point ? `mail ${point.mail} ${point.when}` : `onbind ${point.onbind}`
}
