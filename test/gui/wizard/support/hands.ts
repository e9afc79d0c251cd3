import type { Locator, Page } from 'playwright-core'

/** What a person does with a page. */
export interface Hands {
  press(button: string): Promise<void>
  /** Writes into a field, in the place of what is there. */
  write(label: string, text: string): Promise<void>
  choose(radio: string): Promise<void>
  /** Turns a switch. */
  turn(name: string): Promise<void>
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
// Chosen by the beginning: the cards of the kinds of directories have a title and a sentence.
const card = (page: Page, name: string) => page.getByRole('button', { name }).first()
// Its description is part of its name.
const switchOf = (page: Page, name: string) => page.getByRole('switch', { name }).first()
/** Not the card of the same name around it. */
const field = (page: Page, label: string) =>
  page.locator('input, textarea').and(page.getByLabel(label, { exact: true }))

async function buttonOf(page: Page, name: string): Promise<Locator> {
  const exact = button(page, name)
  return (await exact.count()) > 0 ? exact.first() : card(page, name)
}

/** With the mouse. */
export function mouse(page: Page): Hands {
  return {
    press: async (name) => await (await buttonOf(page, name)).click(),
    write: (label, text) => field(page, label).fill(text),
    choose: (name) => page.getByRole('radio', { name, exact: true }).check(),
    // The input lies under what is drawn.
    turn: (name) => switchOf(page, name).click({ force: true }),
  }
}

/** With nothing but the keyboard: Tab, arrows, Enter, Space, and letters. */
export function keyboard(page: Page): Hands {
  /** Tab until the wanted element has the focus. */
  async function goTo(target: Locator): Promise<void> {
    await target.waitFor()
    const has = () => target.evaluate((element) => element === document.activeElement)
    for (let presses = 0; presses < 150; presses++) {
      if (await has()) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`the Tab key does not lead to ${String(target)}`)
  }

  return {
    async press(name) {
      await goTo(await buttonOf(page, name))
      await page.keyboard.press('Enter')
    },
    async write(label, text) {
      await goTo(field(page, label))
      await page.keyboard.press('ControlOrMeta+A')
      await page.keyboard.type(text)
    },
    async turn(name) {
      await goTo(switchOf(page, name))
      await page.keyboard.press('Space')
    },
    async choose(name) {
      const wanted = page.getByRole('radio', { name, exact: true })
      const group = page.getByRole('radiogroup').filter({ has: wanted })
      await goTo(group.getByRole('radio', { checked: true }))
      for (let presses = 0; presses < 10 && !(await wanted.isChecked()); presses++) {
        await page.keyboard.press('ArrowDown')
      }
    },
  }
}
