import { createHmac } from 'node:crypto'

/** The part of a key ring that the log uses. */
export const testKeyRing = {
  derive: (purpose: string, input: string) =>
    createHmac('sha256', 'secret of a test').update(`${purpose}\n${input}`).digest(),
}
