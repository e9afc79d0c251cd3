import type { MessageBoxOptions, MessageBoxReturnValue } from 'electron'

export interface AskedDialog {
  readonly options: MessageBoxOptions
  answer(button: string, isChecked?: boolean): void
}

/** `dialog`: questions wait until the test answers them. */
export class StandInDialog {
  readonly asked: AskedDialog[] = []

  showMessageBox(...args: readonly unknown[]): Promise<MessageBoxReturnValue> {
    const options = args.at(-1) as MessageBoxOptions
    const { promise, resolve } = Promise.withResolvers<MessageBoxReturnValue>()
    this.asked.push({
      options,
      answer(button, isChecked = options.checkboxChecked ?? false) {
        const response = options.buttons?.indexOf(button) ?? -1
        if (response < 0) throw new Error(`the dialog has no button "${button}"`)
        resolve({ response, checkboxChecked: isChecked })
      },
    })
    return promise
  }
}
