/** A request and its answer. */
export interface Exchange {
  /** Who talks to whom, as the story names them. */
  readonly from: string
  readonly to: string
  readonly method: string
  /** Path with query, as sent. */
  readonly path: string
  /** The JSON that was sent; undefined when there was none. */
  readonly sent: unknown
  /** What had to be asked elsewhere before the answer. */
  readonly caused: readonly Exchange[]
  /** Null when there was no answer. */
  readonly answer: { readonly status: number; readonly body: unknown } | null
}

/** Keeps exchanges in the order in which they began, and hands them on when they are complete. */
export interface ExchangeLog {
  /** Notes a request. Call the result with its answer. */
  begin(request: Omit<Exchange, 'caused' | 'answer'>): (answer: Exchange['answer']) => void
  /** Takes away what is complete so far. */
  take(): readonly Exchange[]
}

interface Noted extends Exchange {
  readonly caused: Noted[]
  answer: Exchange['answer']
  isOpen: boolean
}

export function createExchangeLog(): ExchangeLog {
  const noted: Noted[] = []
  /** One thing happens at a time in the story: what is asked while a request is open is asked for its sake. */
  const open: Noted[] = []
  return {
    begin(request) {
      const one: Noted = { ...request, caused: [], answer: null, isOpen: true }
      const siblings = open.at(-1)?.caused ?? noted
      siblings.push(one)
      open.push(one)
      return (answer) => {
        one.answer = answer
        one.isOpen = false
        open.splice(open.indexOf(one), 1)
      }
    },
    take() {
      const firstOpen = noted.findIndex(isUnfinished)
      return noted.splice(0, firstOpen === -1 ? noted.length : firstOpen)
    },
  }
}

function isUnfinished({ isOpen, caused }: Noted): boolean {
  return isOpen || caused.some(isUnfinished)
}
