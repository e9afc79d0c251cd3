import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBotLane, type BotLane, type BotOutcome, type BotPoint } from './support/bot-lane.ts'
import { statementPoints, type StatementPoint } from './support/crash-process.ts'

/** Signposts that die side by side. */
const LANES = 2

describe('kill -9 while an application service takes its transactions', () => {
  let lanes: BotLane[] = []
  const outcomes = new Map<string, BotOutcome>()

  beforeAll(async () => {
    lanes = await Promise.all(Array.from({ length: LANES }, startBotLane))
    const points = statementPoints((await lanes[0]?.record()) ?? []).filter(isOnDisk)
    const left: BotPoint[] = [...points, ...outsidePoints]
    await Promise.all(
      lanes.map(async (lane) => {
        for (let point = left.shift(); point !== undefined; point = left.shift()) {
          outcomes.set(nameOf(point), await lane.survive(point))
        }
      }),
    )
  }, 400_000)
  afterAll(() => Promise.all(lanes.map((lane) => lane.close())))

  /** The points whose outcome is not as it has to be. */
  const except = (isRight: (outcome: BotOutcome) => boolean) =>
    [...outcomes].filter(([, outcome]) => !isRight(outcome))

  test('strikes at each of more than 15 points, once', () => {
    expect(outcomes.size).toBeGreaterThan(15)
    expect(except(({ deaths }) => deaths === 1)).toEqual([])
  })

  test('never loses an invitation of the bot, nor a command', () => {
    expect(except(({ isInRoom }) => isInRoom)).toEqual([])
    expect(except(({ said }) => said.includes('Pong!'))).toEqual([])
  })

  test('has every command answered once', () => {
    expect(except(({ said }) => said.length === 2)).toEqual([])
  })

  test('mails who was invited by Matrix ID, and who is written to again, once, or under the same Message-ID', () => {
    const isOne = (ids: readonly string[]) => new Set(ids).size === 1
    expect(except(({ mailsById, mailsAgain }) => isOne(mailsById) && isOne(mailsAgain))).toEqual([])
  })
})

/** What is written before a commit is gone together with it. */
const isOnDisk = ({ statement }: StatementPoint) => statement === 'commit' || statement.endsWith(' alone')

const outsidePoints: readonly BotPoint[] = [
  ...(['/join/', '/send/'] as const).flatMap((request) =>
    (['received', 'answered'] as const).map((moment) => ({ request, moment })),
  ),
  { mail: 'before' },
  { mail: 'after' },
]

function nameOf(point: BotPoint): string {
  if ('statement' in point) return `${point.statement} ${point.nth} ${point.when}`
  return 'mail' in point ? `mail ${point.mail}` : `${point.request} ${point.moment}`
}
