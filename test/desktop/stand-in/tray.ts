import { EventEmitter } from 'node:events'
import type { StandInImage } from './native-image.ts'
import type { StandInMenu } from './menu.ts'

/** `Tray`. */
export class StandInTray extends EventEmitter {
  image: StandInImage
  tooltip = ''
  menu: StandInMenu | null = null
  isRemoved = false
  /** Every picture that was shown, in order. */
  readonly images: StandInImage[] = []

  constructor(image: StandInImage) {
    super()
    this.image = image
    this.images.push(image)
  }

  setImage(image: StandInImage): void {
    this.image = image
    this.images.push(image)
  }

  setToolTip(text: string): void {
    this.tooltip = text
  }

  setContextMenu(menu: StandInMenu): void {
    this.menu = menu
  }

  destroy(): void {
    this.isRemoved = true
  }
}
