import { z } from 'zod'
import { createScene, StoryFailure } from './scene.ts'
import { createPlot } from './story/plot.ts'
import { steps } from './story/steps.ts'
import type { Teller } from './teller.ts'
import type { DemoWorld } from './world.ts'

export interface TellOptions {
  readonly world: DemoWorld
  readonly teller: Teller
  /** Between two steps. */
  readonly pause: () => Promise<void>
  /** Ends the story early; the promise rejects then. */
  readonly signal: AbortSignal
}

/** Tells the story from beginning to end, or to the first step that does not hold. Returns whether all held. */
export async function tellStory({ world, teller, pause, signal }: TellOptions): Promise<boolean> {
  const { signpost, admin, dataDir, mailbox, homeserver } = world
  teller.opening({ signpost, admin, dataDir, homeserver: homeserver.url, mailbox: mailbox.folder })
  const scene = createScene(teller, world.exchanges)
  const plot = createPlot(world, scene, signal)
  let ok = true
  for (const [index, { id, title, tell }] of steps.entries()) {
    await pause()
    signal.throwIfAborted()
    teller.heading({ number: index + 1, of: steps.length, id, title })
    try {
      await tell(plot)
    } catch (error) {
      signal.throwIfAborted()
      ok = false
      if (!(error instanceof StoryFailure)) teller.fault(reasonOf(error))
    }
    teller.stepDone(ok)
    if (!ok) break
  }
  teller.closing({ steps: steps.length, checks: scene.checked, ok })
  return ok
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return `An answer is not what it should be: ${z.prettifyError(error)}`
  return error instanceof Error ? `${error.message}.` : String(error)
}
