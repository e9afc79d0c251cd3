import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { icnsFile, icoFile } from '../../build/icons/containers.ts'
import { templateImage } from '../../build/icons/template-image.ts'
import { projectRoot } from './support/built.ts'

const icons = join(projectRoot, 'build/icons')
const conditions = ['ok', 'working', 'attention', 'stopped']

/** Width and height of a PNG: the first fields of its first chunk. */
function sizeOf(png: Buffer): [number, number] {
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  return [png.readUInt32BE(16), png.readUInt32BE(20)]
}

describe('the icons', () => {
  it('have every size that systems ask for', () => {
    const sizes = readdirSync(join(icons, 'png')).map((name) => {
      const size = Number.parseInt(name, 10)
      expect(sizeOf(readFileSync(join(icons, 'png', name)))).toEqual([size, size])
      return size
    })
    expect(sizes.sort((a, b) => a - b)).toEqual([16, 24, 32, 48, 64, 128, 256, 512, 1024])
  })

  it('show the state of the server in the tray, in colour and as a template for macOS', () => {
    const names = conditions.flatMap((condition) => [
      ...[16, 24, 32, 48].map((size) => [`${condition}-${size}.png`, size] as const),
      ...[16, 32].map((size) => [`${condition}Template-${size}.png`, size] as const),
    ])
    expect(readdirSync(join(icons, 'tray')).sort()).toEqual(names.map(([name]) => name).sort())
    for (const [name, size] of names) {
      expect(sizeOf(readFileSync(join(icons, 'tray', name)))).toEqual([size, size])
    }
  })

  it('tell the states apart by their outline alone', () => {
    const outlines = conditions.map((condition) => {
      const svg = readFileSync(join(icons, `tray-${condition}.svg`), 'utf8')
      return /<g id="tile"[^>]*>(.*?)<\/g>/s.exec(svg)?.[1]
    })
    expect(new Set(outlines).size).toBe(conditions.length)
  })

  it('are cut out of black for macOS, whatever their colours', () => {
    const template = templateImage(
      '<svg><g id="tile" fill="#c00"><circle r="8"/></g><g id="glyph" fill="#fff"><path d="M0 0"/></g></svg>',
    )
    expect(template).toContain('<g fill="#000"><path d="M0 0"/></g></mask>')
    expect(template).toContain('<g mask="url(#cut)"><circle r="8"/></g>')
    expect(() => templateImage('<svg></svg>')).toThrow('group tile')
  })
})

describe('icon files', () => {
  const png = (size: number) => ({ size, png: readFileSync(join(icons, `png/${size}x${size}.png`)) })

  it('of Windows hold each picture where their directory says', () => {
    const file = icoFile([png(16), png(256)])
    expect([file.readUInt16LE(2), file.readUInt16LE(4)]).toEqual([1, 2])
    for (const [index, size] of [16, 256].entries()) {
      const entry = 6 + 16 * index
      expect(file.readUInt8(entry)).toBe(size % 256)
      const [length, offset] = [file.readUInt32LE(entry + 8), file.readUInt32LE(entry + 12)]
      expect(file.subarray(offset, offset + length).equals(png(size).png)).toBe(true)
    }
  })

  it('of macOS hold each picture under the kinds of its size', () => {
    const file = icnsFile([png(16), png(32), png(256)])
    expect(file.subarray(0, 4).toString()).toBe('icns')
    expect(file.readUInt32BE(4)).toBe(file.length)
    const kinds: string[] = []
    for (let at = 8; at < file.length; at += file.readUInt32BE(at + 4)) {
      kinds.push(file.subarray(at, at + 4).toString())
      expect(sizeOf(file.subarray(at + 8))).toBeTruthy()
    }
    expect(kinds).toEqual(['ic11', 'ic08', 'ic13'])
  })
})
