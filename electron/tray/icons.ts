import { join } from 'node:path'
import type { NativeImage } from 'electron'
import type { ElectronApi } from '../electron-api.ts'
import type { ShellCondition } from '../ipc/contract.ts'

/** Points, and the sizes of screens with more pixels. */
const sizes: Readonly<Partial<Record<NodeJS.Platform, readonly [number, ...number[]]>>> = {
  win32: [16, 24, 32],
  darwin: [16, 32],
}
const others = [24, 48] as const

export const iconSizes = (platform: NodeJS.Platform) => sizes[platform] ?? others

/** The file of one size. macOS colours template images itself, by their names. */
export function iconFile(
  iconsDir: string,
  platform: NodeJS.Platform,
  condition: ShellCondition,
  size: number,
): string {
  return join(iconsDir, `${condition}${platform === 'darwin' ? 'Template' : ''}-${size}.png`)
}

export function loadIcon(
  nativeImage: ElectronApi['nativeImage'],
  iconsDir: string,
  platform: NodeJS.Platform,
  condition: ShellCondition,
): NativeImage {
  const [first, ...more] = iconSizes(platform)
  const image = nativeImage.createFromPath(iconFile(iconsDir, platform, condition, first))
  for (const size of more) {
    const larger = nativeImage.createFromPath(iconFile(iconsDir, platform, condition, size))
    if (!larger.isEmpty()) {
      image.addRepresentation({
        scaleFactor: size / first,
        width: size,
        height: size,
        buffer: larger.toPNG(),
      })
    }
  }
  // The name of the file ends with its size, and Electron looks for "Template" at the very end.
  if (platform === 'darwin') image.setTemplateImage(true)
  return image
}
