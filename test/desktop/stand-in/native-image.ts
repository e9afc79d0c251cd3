import { basename } from 'node:path'

/** An image that knows which file it is. */
export class StandInImage {
  readonly file: string
  isTemplate = false

  constructor(file: string) {
    this.file = file
  }

  /** `ok`, `working`, `attention` or `stopped`, as the file is named. */
  get condition(): string {
    return basename(this.file).replace(/(Template)?-\d+\.png$/, '')
  }

  isEmpty(): boolean {
    return false
  }

  toPNG(): Buffer {
    return Buffer.from(this.file)
  }

  addRepresentation(): void {}

  setTemplateImage(on: boolean): void {
    this.isTemplate = on
  }
}
