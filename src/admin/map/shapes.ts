import { z } from 'zod'

/** What changes all the time and is shown everywhere: cards, tray, title of the page. */
export const overviewNumbers = z.strictObject({
  /** Since midnight of the server's clock. */
  lookupsToday: z.number(),
  foundToday: z.number(),
  /** Over the last whole minute. */
  lookupsPerMinute: z.number(),
  /** Median and 95th percentile of lookups in the last ten minutes, in milliseconds; null without any. */
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  invitationsWaiting: z.number(),
  messagesWaiting: z.number(),
  messagesFailed: z.number(),
  refusedToday: z.number(),
})
export type OverviewNumbers = z.infer<typeof overviewNumbers>
