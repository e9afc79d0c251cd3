import type { IpcMainInvokeEvent } from 'electron'

/** A page that has no business with the shell asked something of it. */
export class ForbiddenSender extends Error {
  override readonly name = 'ForbiddenSender'
  readonly code = 'forbidden-sender'
}

/** Throws `ForbiddenSender` unless the request comes from the top frame of a page that belongs to Signpost. */
export function checkSender(event: IpcMainInvokeEvent, isOwnPage: (url: string) => boolean): void {
  const { senderFrame } = event
  // Null when the frame has gone to another page, or away, in the meantime.
  if (senderFrame === null) throw new ForbiddenSender('The page that asked is gone.')
  if (senderFrame.parent !== null) throw new ForbiddenSender('A frame inside a page may ask nothing.')
  if (!isOwnPage(senderFrame.url)) throw new ForbiddenSender('This page may ask nothing.')
}
