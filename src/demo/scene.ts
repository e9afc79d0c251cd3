import type { ExchangeLog } from './exchange.ts'
import type { DemoMail } from './mailbox.ts'
import type { Teller } from './teller.ts'

/** What a step did not turn out to be as it says. It has been told already. */
export class StoryFailure extends Error {
  override readonly name = 'StoryFailure'
}

/** What a step of the story has at hand to tell itself. What was asked and answered shows by itself. */
export interface Scene {
  say(text: string): void
  rows(lines: readonly string[]): void
  mail(mail: DemoMail): void
  /** A mail of a kind that was shown before. */
  mailAgain(mail: DemoMail): void
  /** Leaves out what was asked and answered since the last word: the reader has seen the same before. */
  skipExchanges(): void
  /** The step tests itself. @throws StoryFailure */
  check(claim: string, holds: boolean): void
  /** Checks that held so far. */
  readonly checked: number
}

export function createScene(teller: Teller, exchanges: ExchangeLog): Scene {
  let checked = 0
  const showExchanges = () => {
    for (const exchange of exchanges.take()) teller.exchange(exchange)
  }
  return {
    say(text) {
      showExchanges()
      teller.say(text)
    },
    rows(lines) {
      showExchanges()
      teller.rows(lines)
    },
    mail(mail) {
      showExchanges()
      teller.mail(mail, false)
    },
    mailAgain(mail) {
      showExchanges()
      teller.mail(mail, true)
    },
    skipExchanges: () => void exchanges.take(),
    check(claim, holds) {
      showExchanges()
      teller.check(claim, holds)
      if (!holds) throw new StoryFailure(claim)
      checked++
    },
    get checked() {
      return checked
    },
  }
}
