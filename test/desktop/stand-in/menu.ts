import type { MenuItemConstructorOptions } from 'electron'

/** `Menu`, as a list of entries that can be clicked. */
export class StandInMenu {
  readonly template: readonly MenuItemConstructorOptions[]

  constructor(template: readonly MenuItemConstructorOptions[]) {
    this.template = template
  }

  /** Labels from the top down. Throws when there is no such entry, or it is disabled. */
  click(...labels: readonly string[]): void {
    const entry = this.find(...labels)
    if (entry?.enabled === false) throw new Error(`${labels.join(' > ')} is disabled`)
    if (entry?.click === undefined) throw new Error(`there is nothing to click at ${labels.join(' > ')}`)
    // Electron passes the entry, a window and the event, which this shell does not look at.
    ;(entry.click as () => void)()
  }

  find(...labels: readonly string[]): MenuItemConstructorOptions | undefined {
    let entries: readonly MenuItemConstructorOptions[] = this.template
    let found: MenuItemConstructorOptions | undefined
    for (const label of labels) {
      found = entries.find((entry) => entry.label === label || entry.label?.startsWith(`${label} (`))
      entries = Array.isArray(found?.submenu) ? found.submenu : []
    }
    return found
  }

  /** Every label, at any depth. */
  labels(entries: readonly MenuItemConstructorOptions[] = this.template): string[] {
    return entries.flatMap(({ label, submenu }) => [
      ...(label === undefined ? [] : [label]),
      ...(Array.isArray(submenu) ? this.labels(submenu) : []),
    ])
  }
}
