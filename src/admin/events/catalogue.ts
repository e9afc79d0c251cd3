import { z } from 'zod'
import { dependencyState } from '../../activity/counters/dependency-state.ts'
import { activityRow } from '../../activity/log/row.ts'
import { overviewNumbers } from '../map/shapes.ts'
import { checkStep } from '../backends/shapes.ts'
import { jobShape } from '../jobs/shapes.ts'

/**
 * Every event of `GET /api/events`, by its name. The renderer reads the same schemas. Events tell that something is so,
 * not what to do about it: whoever missed some asks the routes again (`reset`).
 */
export const eventCatalogue = {
  /** New rows of the activity log, the oldest first; at most four times a second. */
  activity: z.strictObject({
    rows: z.array(activityRow),
    /** Rows that happened in the same time and are not here: ask the route for them. */
    skipped: z.number(),
  }),
  /** The numbers of the overview and of the tray; at most twice a second, and only when they changed. */
  numbers: overviewNumbers,
  /** Something that Signpost needs has come or gone. */
  dependency: z.strictObject({
    /** As in the map and the charts: `backend list`, `mail`, `peer example.net`, ... */
    id: z.string(),
    state: dependencyState,
    /** Since when, milliseconds since the epoch. */
    since: z.number(),
    /** Of the failure; null when all is well. */
    code: z.string().nullable(),
    reason: z.string().nullable(),
  }),
  /** Settings were changed, here or by hand in the file. */
  change: z.strictObject({
    /** Keys that wait for a restart: `activity.level`. What was changed, and by whom, stands in the list of changes. */
    keys: z.array(z.string()),
    restartNeeded: z.boolean(),
  }),
  /** Long work began, got further, or ended. */
  job: jobShape,
  /** A step of `POST /api/backends/check` is done. */
  'check-step': z.strictObject({
    /** As the request calls itself. */
    run: z.string(),
    /** Without the people of its sample, which are for the one who asked. */
    step: checkStep.omit({ sample: true }),
  }),
  /** The doctor has finished a run. */
  doctor: z.strictObject({
    at: z.number(),
    worst: z.enum(['pass', 'info', 'warning', 'error']),
    failing: z.number(),
  }),
  /** The gap since the last event cannot be filled: whoever shows data has to ask for it again. */
  reset: z.strictObject({ reason: z.enum(['gap', 'restarted']) }),
} as const satisfies Record<string, z.ZodType>

export type EventType = keyof typeof eventCatalogue
export type EventData<T extends EventType> = z.infer<(typeof eventCatalogue)[T]>

/** An event of any type, told apart by `type`. */
export type LiveEvent = { [T in EventType]: { readonly type: T; readonly data: EventData<T> } }[EventType]
