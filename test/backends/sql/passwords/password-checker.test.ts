import { bcrypt } from 'hash-wasm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createPasswordChecker,
  type PasswordChecker,
} from '../../../../src/backends/sql/passwords/password-checker.ts'

/** Some seconds of work on any machine of today. */
const slowHash = `$2b$15$abcdefghijklmnopqrstuu${'a'.repeat(31)}`
const soon = () => AbortSignal.timeout(15_000)

describe('the password checker', () => {
  let checker: PasswordChecker
  let hash: string
  beforeEach(async () => {
    checker = createPasswordChecker({ plain: false })
    hash = await bcrypt({ password: 'secret', salt: new Uint8Array(16), costFactor: 4 })
  })
  afterEach(() => checker.close())

  it('answers many questions at once, each with its own answer', async () => {
    const answers = ['secret', 'wrong', 'secret', ''].map((text) => checker.verify(text, hash, soon()))
    expect(await Promise.all(answers)).toEqual([true, false, true, false])
  })

  it('leaves the event loop to others while it computes', async () => {
    let turns = 0
    let done = false
    const turn = () => {
      turns += 1
      if (!done) setImmediate(turn)
    }
    const costly = await bcrypt({ password: 'secret', salt: new Uint8Array(16), costFactor: 10 })
    await checker.verify('secret', hash, soon())
    setImmediate(turn)
    expect(await checker.verify('secret', costly, soon())).toBe(true)
    done = true
    expect(turns).toBeGreaterThan(50)
  })

  it('gives up when the time is over, and goes on with the next', async () => {
    const late = checker.verify('secret', slowHash, AbortSignal.timeout(100))
    const next = checker.verify('secret', hash, soon())
    await expect(late).rejects.toMatchObject({ code: 'timeout' })
    expect(await next).toBe(true)
  })

  it('costs a stranger what it costs a user', async () => {
    await checker.waste('secret', soon())
    const slow = await checker.verify('secret', slowHash, soon())
    expect(slow).toBe(false)
    await expect(checker.waste('secret', AbortSignal.timeout(100))).rejects.toMatchObject({ code: 'timeout' })
  })

  it('names the format of a hash that it does not know, and nothing of the hash', async () => {
    const unknown = checker.verify('secret', '$1$saltsalt$4px9i58NU2Z2/vZOUlGjq.', soon())
    await expect(unknown).rejects.toMatchObject({
      code: 'protocol',
      message: expect.stringContaining('MD5-crypt'),
    })
    await expect(unknown).rejects.not.toMatchObject({ message: expect.stringContaining('saltsalt') })
  })

  it('fails what waits when it is closed, and everything after', async () => {
    const waiting = checker.verify('secret', slowHash, soon())
    const behind = checker.verify('secret', hash, soon())
    const closed = checker.close()
    await expect(waiting).rejects.toMatchObject({ code: 'closed' })
    await expect(behind).rejects.toMatchObject({ code: 'closed' })
    await closed
    await expect(checker.verify('secret', hash, soon())).rejects.toMatchObject({ code: 'closed' })
  })
})
