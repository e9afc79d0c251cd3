import type { Config } from '../config/schema.ts'
import { MatrixError } from '../matrix/errors.ts'
import { enqueue } from '../notify/outbox.ts'
import type { OutboxHandler, OutboxResult } from '../notify/outbox-handler.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import type { Bot } from './bot/bot.ts'
import { HomeserverRefusal, type AppserviceHomeserver } from './homeserver.ts'
import type { MailInvited } from './invited-mail.ts'
import { asMessage, jobSchema, type Job } from './jobs.ts'
import { botId, expiredId } from './users.ts'

export interface HandlerOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly homeserver: AppserviceHomeserver
  readonly bot: Bot
  readonly mailInvited: MailInvited
  readonly wake: () => void
}

/** Does what follows from the events of the homeserver. */
export function createAppserviceHandler(options: HandlerOptions): OutboxHandler {
  return {
    async deliver(entry) {
      const job = jobSchema.safeParse(entry.payload).data
      if (job === undefined) return { result: 'failed', error: 'The job is not readable.' }
      try {
        await perform(options, job)
        return { result: 'done' }
      } catch (error) {
        return resultOf(error)
      }
    },
    // Words of a room are nobody's business here once nothing follows from them.
    forgetsFailed: () => true,
  }
}

async function perform(options: HandlerOptions, job: Job): Promise<void> {
  const { homeserver, bot, config } = options
  switch (job.job) {
    case 'invited':
      if (await bot.mayCommand(job.sender)) return await homeserver.join(job.roomId)
      return await unlessGone(homeserver.leave(job.roomId, botId(config())))
    case 'reject':
      return await reject(options, job.roomId)
    case 'mail':
      return await options.mailInvited(job)
    case 'notice':
      return await post(options, job.roomId, job.txnId, job.text)
    case 'encrypted':
      return await answer(options, `hint ${job.roomId}`, job.roomId, await bot.encryptedHint(job.roomId))
    case 'command':
      return await answer(options, `answer ${job.eventId}`, job.roomId, await bot.answer(job))
  }
}

async function reject({ homeserver, config }: HandlerOptions, roomId: string): Promise<void> {
  const { localpart } = config().appservice.rejectExpired
  await homeserver.register(localpart)
  await unlessGone(homeserver.leave(roomId, expiredId(config())))
}

/** Whoever may no longer do it has nothing to leave. */
async function unlessGone(work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof HomeserverRefusal) || (error.status !== 403 && error.status !== 404)) throw error
  })
}

/** In a row of its own: a command is not carried out again because its answer was lost. */
async function answer(
  { storage, runtime, wake }: HandlerOptions,
  cause: string,
  roomId: string,
  text: string | null,
): Promise<void> {
  if (text === null) return
  await storage.transaction(async (tx) => {
    const job = { job: 'notice', roomId, txnId: cause, text } as const
    await enqueue(tx, runtime, asMessage(job, cause, runtime.clock.now()))
  })
  wake()
}

/** Joins the admin room where the bot is not there yet: it may have been invited before Signpost could hear of it. */
async function post(
  { homeserver, config }: HandlerOptions,
  roomId: string,
  txnId: string,
  text: string,
): Promise<void> {
  try {
    await homeserver.notice(roomId, txnId, text)
  } catch (error) {
    const isOutside = error instanceof HomeserverRefusal && error.errcode === 'M_FORBIDDEN'
    if (!isOutside || roomId !== config().appservice.bot.adminRoom) throw error
    await homeserver.join(roomId)
    await homeserver.notice(roomId, txnId, text)
  }
}

/** What the homeserver may do later is tried again: a wrong token is mended, a full queue gets empty. */
function resultOf(error: unknown): OutboxResult {
  if (error instanceof MatrixError) return { result: 'retry', error: error.message }
  if (!(error instanceof HomeserverRefusal)) throw error
  const isFinal = error.status < 500 && ![401, 408, 429].includes(error.status)
  return { result: isFinal ? 'failed' : 'retry', error: error.message }
}
