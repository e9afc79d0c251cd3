import { z } from 'zod'
import type { TestAppliance } from '../../support/appliance.ts'
import { eventually } from '../../support/poll.ts'

/** Resolves when the homeserver has spoken to the application service: what comes from here on is no history. */
export async function firstContact({ storage }: TestAppliance): Promise<void> {
  const contact = storage.db.selectFrom('meta').select('value').where('key', '=', 'appservice_first_contact')
  await eventually(() => contact.executeTakeFirst(), {
    what: 'the homeserver to speak to Signpost',
    timeoutMs: 40_000,
  })
}

const messages = z.looseObject({
  chunk: z.array(
    z.looseObject({ sender: z.string(), content: z.looseObject({ body: z.string().optional() }) }),
  ),
})

/** What somebody has said in a room, in the order of an answer to `/messages`. */
export const textsBy = (sender: string, answer: unknown): readonly string[] =>
  messages.parse(answer).chunk.flatMap((event) => (event.sender === sender ? (event.content.body ?? []) : []))
