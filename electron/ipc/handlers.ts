import type { IpcMain } from 'electron'
import type { z } from 'zod'
import { requestArguments as reads } from './arguments.ts'
import { channels, type ShellRequests } from './contract.ts'
import { checkSender } from './sender.ts'

/** Lets pages of Signpost, and nobody else, call `requests`. */
export function handleRequests(
  ipcMain: IpcMain,
  requests: ShellRequests,
  isOwnPage: (url: string) => boolean,
): void {
  function answer<A extends unknown[]>(
    channel: string,
    schema: z.ZodType<A>,
    request: (...args: A) => unknown,
  ): void {
    ipcMain.handle(channel, (event, ...args: unknown[]) => {
      checkSender(event, isOwnPage)
      return request(...schema.parse(args))
    })
  }
  answer(channels.view, reads.view, requests.view)
  answer(channels.setStartAtLogin, reads.setStartAtLogin, requests.setStartAtLogin)
  answer(channels.setNotification, reads.setNotification, requests.setNotification)
  answer(channels.pauseFederation, reads.pauseFederation, requests.pauseFederation)
  answer(channels.restartServer, reads.restartServer, requests.restartServer)
  answer(channels.showLog, reads.showLog, requests.showLog)
  answer(channels.quit, reads.quit, requests.quit)
}
