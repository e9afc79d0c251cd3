import { z } from 'zod'
import { notificationKinds, pauseChoices, type ShellRequests } from './contract.ts'

/** Reads what a page sends with a request. */
export const requestArguments = {
  view: z.tuple([]),
  setStartAtLogin: z.tuple([z.boolean()]),
  setNotification: z.tuple([z.enum(notificationKinds), z.boolean()]),
  pauseFederation: z.tuple([z.enum(pauseChoices).nullable()]),
  restartServer: z.tuple([]),
  showLog: z.tuple([]),
  quit: z.tuple([]),
} as const satisfies { readonly [K in keyof ShellRequests]: z.ZodType<Parameters<ShellRequests[K]>> }
