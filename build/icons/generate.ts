import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { icnsFile, icoFile, type Picture } from './containers.ts'
import { templateImage } from './template-image.ts'

/*
 * `node build/icons/generate.ts`: draws every size of every icon from the SVG files beside it, with Chromium (another
 * place than Debian's: CHROMIUM). What it writes is committed, since packages are also built where there is none.
 */

const folder = import.meta.dirname
const conditions = ['ok', 'working', 'attention', 'stopped'] as const

const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium' })
try {
  const page = await browser.newPage()
  await drawApp(page)
  await drawTray(page)
} finally {
  await browser.close()
}

async function drawApp(page: Page): Promise<void> {
  const pictures: Picture[] = []
  for (const size of [16, 24, 32, 48, 64, 128, 256, 512, 1024]) {
    const source = size < 48 ? 'icon-small.svg' : 'icon.svg'
    pictures.push({ size, png: await draw(page, read(source), size) })
  }
  const out = emptied('png')
  for (const { size, png } of pictures) writeFileSync(join(out, `${size}x${size}.png`), png)
  const upTo = (largest: number) => pictures.filter(({ size }) => size <= largest)
  writeFileSync(join(folder, 'icon.png'), await draw(page, read('icon.svg'), 512))
  writeFileSync(join(folder, 'icon.ico'), icoFile(upTo(256)))
  writeFileSync(join(folder, 'icon.icns'), icnsFile(pictures))
}

async function drawTray(page: Page): Promise<void> {
  const out = emptied('tray')
  for (const condition of conditions) {
    const svg = read(`tray-${condition}.svg`)
    for (const size of [16, 24, 32, 48]) {
      writeFileSync(join(out, `${condition}-${size}.png`), await draw(page, svg, size))
    }
    for (const size of [16, 32]) {
      writeFileSync(join(out, `${condition}Template-${size}.png`), await draw(page, templateImage(svg), size))
    }
  }
}

async function draw(page: Page, svg: string, size: number): Promise<Buffer> {
  await page.setViewportSize({ width: size, height: size })
  const picture = `data:image/svg+xml,${encodeURIComponent(svg)}`
  await page.setContent(
    `<body style="margin:0"><img src="${picture}" width="${size}" height="${size}" style="display:block">`,
  )
  await page.evaluate('document.images[0].decode()')
  return await page.screenshot({ omitBackground: true })
}

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8')
}

function emptied(name: string): string {
  const path = join(folder, name)
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path)
  return path
}
